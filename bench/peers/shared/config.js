// The runner replaces the two addresses in the built files.
export const POOL = {
  endpoint: "http://pool.invalid",
  userPoolId: "us-east-1_CruddurDev",
  clientId: "cruddurweb0localdevelopment",
};
export const BACKEND = "http://backend.invalid";
