// AWS's own client, for a page on the site of ours: `v6` and `v5`, each with the same few things to do.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { Auth as Auth5 } from "amplify-auth-5";

// It warns of every endpoint that is not AWS's own.
console.warn = () => {};

window.v6 = {
  configure: ({ endpoint, userPoolId, clientId }) =>
    Amplify.configure({
      Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } },
    }),
  signIn: async (username, password) => (await auth.signIn({ username, password })).nextStep.signInStep,
  user: async () => (await auth.getCurrentUser()).username,
  token: async () => (await auth.fetchAuthSession()).tokens?.accessToken.toString() ?? null,
  refresh: async () => (await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString(),
  signOut: () => auth.signOut(),
  signInBy: async (username, preferredChallenge) =>
    (await auth.signIn({ username, options: { authFlowType: "USER_AUTH", preferredChallenge } })).nextStep.signInStep,
  addPasskey: () => auth.associateWebAuthnCredential(),
  passkeys: async () => (await auth.listWebAuthnCredentials()).credentials.map((one) => one.credentialId),
  deletePasskey: (credentialId) => auth.deleteWebAuthnCredential({ credentialId }),
};

window.v5 = {
  configure: ({ endpoint, userPoolId, clientId }) =>
    Auth5.configure({ userPoolId, userPoolWebClientId: clientId, region: userPoolId.split("_")[0], endpoint }),
  signIn: async (username, password) => (await Auth5.signIn(username, password)).challengeName ?? "DONE",
  user: async () => (await Auth5.currentAuthenticatedUser()).username,
  token: async () => (await Auth5.currentSession()).getAccessToken().getJwtToken(),
  signOut: () => Auth5.signOut(),
};
