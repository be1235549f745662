// What AWS's JavaScript clients can do beyond passwords, against a local user pool that lets people set up all there is:
// node flows.mjs <client> <pool URL> <pool id> <client id>. Each flow is named before it begins.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

const [client, endpoint, userPoolId, clientId] = process.argv.slice(2);
const password = "Crud-dur-2026!";
const other = "Other-dur-2027?";
const phone = "+15555550100";

async function post(path, headers, body) {
  const response = await fetch(`${endpoint}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${path}: ${await response.clone().text()}`);
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

/** Calls an operation of the pool by hand: the administrator's part. */
const admin = (operation, body) =>
  post(
    "/",
    {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    { UserPoolId: userPoolId, ...body },
  );

/** The newest code to an address, which has to be of that kind. */
async function code(to, kind) {
  const mails = await (await fetch(`${endpoint}/_local/mail?to=${encodeURIComponent(to)}`)).json();
  assert.equal(mails[0]?.kind, kind, `a code to ${to}`);
  return mails[0].code;
}

/** What an authenticator app with that key shows. Each code is good once, so the pool's clock goes on by a step first. */
async function appCode(key) {
  const { now_ms } = await post("/_local/clock", { "content-type": "application/json" }, { advance_seconds: 30 });
  const bits = [...key.replaceAll("=", "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now_ms / 30_000)));
  const hash = createHmac("sha1", secret).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A confirmed user with a verified address and number. */
async function person(name) {
  const email = `${name}@example.com`;
  const UserAttributes = Object.entries({
    email,
    email_verified: "true",
    phone_number: phone,
    phone_number_verified: "true",
    name,
    preferred_username: name,
  }).map(([Name, Value]) => ({ Name, Value }));
  await admin("AdminCreateUser", { Username: email, MessageAction: "SUPPRESS", UserAttributes });
  await admin("AdminSetUserPassword", { Username: email, Password: password, Permanent: true });
  return email;
}

const flow = (name) => console.log(name);

// All flows, the password in plain text among them.
await admin("UpdateUserPoolClient", {
  ClientId: clientId,
  ExplicitAuthFlows: [
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
  ],
  PreventUserExistenceErrors: "ENABLED",
});

/** Whether the pool demands a second factor; then it is an authenticator app. */
const demand = (MfaConfiguration) =>
  admin("SetUserPoolMfaConfig", { MfaConfiguration, SoftwareTokenMfaConfiguration: { Enabled: true } });

async function amplify() {
  const { Amplify } = await import("aws-amplify");
  const auth = await import("aws-amplify/auth");
  console.warn = () => {};
  // It names devices by the browser, and keeps none that it cannot name.
  globalThis.navigator ??= { userAgent: "Node.js" };
  Amplify.configure({
    Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } },
  });
  const { cognitoUserPoolsTokenProvider } = await import("aws-amplify/auth/cognito");
  const map = new Map();
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    setItem: async (key, value) => void map.set(key, value),
    getItem: async (key) => map.get(key) ?? null,
    removeItem: async (key) => void map.delete(key),
    clear: async () => map.clear(),
  });
  const step = (expected, { nextStep }) => {
    assert.equal(nextStep.signInStep, expected);
    return nextStep;
  };
  const signIn = async (username, options, secret = password) =>
    auth.signIn({ username, ...(secret && { password: secret }), ...(options && { options }) });
  const confirm = (challengeResponse, options) => auth.confirmSignIn({ challengeResponse, ...(options && { options }) });

  flow("sign-up, confirmation, sign-in by itself");
  const fresh = "fresh@example.com";
  await auth.signUp({
    username: fresh,
    password,
    options: {
      userAttributes: { email: fresh, name: "Fresh", preferred_username: "fresh" },
      autoSignIn: { authFlowType: "USER_AUTH" },
    },
  });
  const confirmed = await auth.confirmSignUp({ username: fresh, confirmationCode: await code(fresh, "sign_up") });
  assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
  step("DONE", await auth.autoSignIn());
  await auth.signOut();

  const email = await person("ann");
  step("DONE", await signIn(email, { authFlowType: "USER_PASSWORD_AUTH" }));

  flow("attributes");
  await auth.updateUserAttributes({ userAttributes: { name: "Ann Other", nickname: "Annie" } });
  const attributes = await auth.fetchUserAttributes();
  assert.equal(attributes.name, "Ann Other");
  await auth.deleteUserAttributes({ userAttributeKeys: ["nickname"] });
  assert.equal((await auth.fetchUserAttributes()).nickname, undefined);
  const moved = "moved@example.com";
  const update = await auth.updateUserAttribute({ userAttribute: { attributeKey: "email", value: moved } });
  assert.equal(update.nextStep.updateAttributeStep, "CONFIRM_ATTRIBUTE_WITH_CODE");
  await auth.sendUserAttributeVerificationCode({ userAttributeKey: "email" });
  await auth.confirmUserAttribute({
    userAttributeKey: "email",
    confirmationCode: await code(moved, "attribute_verification"),
  });
  assert.equal((await auth.fetchUserAttributes()).email_verified, "true");

  flow("another password");
  await auth.updatePassword({ oldPassword: password, newPassword: other });
  await auth.updatePassword({ oldPassword: other, newPassword: password });

  flow("an authenticator app");
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: await appCode(sharedSecret) });
  await auth.updateMFAPreference({ totp: "PREFERRED" });
  await auth.signOut();
  step("CONFIRM_SIGN_IN_WITH_TOTP_CODE", await signIn(moved));
  step("DONE", await confirm(await appCode(sharedSecret)));

  flow("codes by mail and by text message, and the choice");
  await auth.updateMFAPreference({ totp: "NOT_PREFERRED", email: "NOT_PREFERRED", sms: "NOT_PREFERRED" });
  assert.deepEqual((await auth.fetchMFAPreference()).enabled?.sort(), ["EMAIL", "SMS", "TOTP"]);
  await auth.signOut();
  step("CONTINUE_SIGN_IN_WITH_MFA_SELECTION", await signIn(moved));
  step("CONFIRM_SIGN_IN_WITH_EMAIL_CODE", await confirm("EMAIL"));
  step("DONE", await confirm(await code(moved, "mfa_code")));
  await auth.updateMFAPreference({ sms: "PREFERRED" });
  await auth.signOut();
  step("CONFIRM_SIGN_IN_WITH_SMS_CODE", await signIn(moved));
  step("DONE", await confirm(await code(phone, "mfa_code")));

  flow("a remembered device");
  // It keeps devices by the pool's own name for the user, and looks them up by the one that was typed.
  const id = (await auth.getCurrentUser()).username;
  await auth.signOut();
  step("CONFIRM_SIGN_IN_WITH_SMS_CODE", await signIn(id));
  step("DONE", await confirm(await code(phone, "mfa_code")));
  await auth.rememberDevice();
  assert.ok((await auth.fetchDevices()).length >= 1);
  await auth.signOut();
  step("DONE", await signIn(id));
  await auth.fetchAuthSession({ forceRefresh: true });
  await auth.forgetDevice();
  await auth.signOut();
  step("CONFIRM_SIGN_IN_WITH_SMS_CODE", await signIn(id));
  step("DONE", await confirm(await code(phone, "mfa_code")));
  await auth.updateMFAPreference({ sms: "DISABLED", email: "DISABLED", totp: "DISABLED" });
  await auth.signOut();

  flow("USER_AUTH");
  const choice = { authFlowType: "USER_AUTH" };
  step("CONFIRM_SIGN_IN_WITH_EMAIL_CODE", await signIn(moved, { ...choice, preferredChallenge: "EMAIL_OTP" }, null));
  step("DONE", await confirm(await code(moved, "sign_in_code")));
  await auth.signOut();
  step("DONE", await signIn(moved, { ...choice, preferredChallenge: "PASSWORD_SRP" }));
  await auth.signOut();
  const select = step("CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION", await signIn(moved, choice, null));
  assert.ok(select.availableChallenges.includes("PASSWORD_SRP"));
  step("CONFIRM_SIGN_IN_WITH_PASSWORD", await confirm("PASSWORD_SRP"));
  step("DONE", await confirm(password));
  await auth.signOut();

  flow("CUSTOM_AUTH, without and with SRP");
  const question = "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE";
  const asked = step(question, await signIn(moved, { authFlowType: "CUSTOM_WITHOUT_SRP" }, null));
  assert.match(asked.additionalInfo.question, /Which number/);
  step("DONE", await confirm(await code(moved, "custom_challenge")));
  await auth.signOut();
  step(question, await signIn(moved, { authFlowType: "CUSTOM_WITH_SRP" }));
  step("DONE", await confirm(await code(moved, "custom_challenge")));
  await auth.signOut();

  flow("a second factor that the pool demands");
  await demand("ON");
  const late = await person("late");
  const { totpSetupDetails } = step("CONTINUE_SIGN_IN_WITH_TOTP_SETUP", await signIn(late));
  step("DONE", await confirm(await appCode(totpSetupDetails.sharedSecret)));
  await auth.signOut();
  await demand("OPTIONAL");

  flow("a code by text message as the first factor");
  await admin("UpdateUserPool", {
    AutoVerifiedAttributes: ["email"],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "SMS_OTP"] } },
  });
  step("CONFIRM_SIGN_IN_WITH_SMS_CODE", await signIn(moved, { ...choice, preferredChallenge: "SMS_OTP" }, null));
  step("DONE", await confirm(await code(phone, "sign_in_code")));
  await auth.signOut();

  flow("refresh tokens that rotate");
  await admin("UpdateUserPoolClient", {
    ClientId: clientId,
    ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
    RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
  });
  step("DONE", await signIn(moved));
  const refreshToken = () => [...map].find(([key]) => key.endsWith(".refreshToken"))[1];
  for (let round = 0; round < 3; round++) {
    const before = refreshToken();
    await auth.fetchAuthSession({ forceRefresh: true });
    assert.notEqual(refreshToken(), before);
  }

  flow("the end of a user");
  await auth.deleteUser();
  await assert.rejects(signIn(moved), { name: "NotAuthorizedException" });

  flow("an address for codes, set up on the way in");
  const { UserPool } = await admin("CreateUserPool", { PoolName: "names", AutoVerifiedAttributes: ["email"] });
  const inNames = (operation, body) => admin(operation, { UserPoolId: UserPool.Id, ...body });
  const { UserPoolClient } = await inNames("CreateUserPoolClient", { ClientName: "names" });
  await inNames("AdminCreateUser", { Username: "carl", MessageAction: "SUPPRESS" });
  await inNames("AdminSetUserPassword", { Username: "carl", Password: password, Permanent: true });
  await inNames("SetUserPoolMfaConfig", {
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
  });
  Amplify.configure({
    Auth: {
      Cognito: { userPoolId: UserPool.Id, userPoolClientId: UserPoolClient.ClientId, userPoolEndpoint: endpoint },
    },
  });
  const ways = step("CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION", await signIn("carl"));
  assert.deepEqual(ways.allowedMFATypes.toSorted(), ["EMAIL", "TOTP"]);
  step("CONTINUE_SIGN_IN_WITH_EMAIL_SETUP", await confirm("EMAIL"));
  const address = "carl@example.com";
  step("CONFIRM_SIGN_IN_WITH_EMAIL_CODE", await confirm(address));
  step("DONE", await confirm(await code(address, "mfa_code")));
}

async function identityJs() {
  const js = await import("amazon-cognito-identity-js");
  const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = js.default ?? js;
  const map = new Map();
  const Storage = {
    setItem: (key, value) => (map.set(key, value), value),
    getItem: (key) => map.get(key) ?? null,
    removeItem: (key) => map.delete(key),
    clear: () => map.clear(),
  };
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint, Storage });
  const call = (run) => new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));
  const outcome = (run) => new Promise((resolve, reject) => run({ onSuccess: resolve, onFailure: reject }));

  /** Runs one step of a sign-in up to what the pool asks for next. */
  const next = (run) =>
    new Promise((resolve, reject) =>
      run({
        onSuccess: () => resolve(["DONE"]),
        onFailure: reject,
        mfaRequired: (name) => resolve([name]),
        totpRequired: (name) => resolve([name]),
        selectMFAType: (name, parameters) => resolve([name, parameters]),
        mfaSetup: (name) => resolve([name]),
        customChallenge: (parameters) => resolve(["CUSTOM_CHALLENGE", parameters]),
        newPasswordRequired: () => resolve(["NEW_PASSWORD_REQUIRED"]),
      }),
    );
  let user;
  const begin = (Username, kind = "USER_SRP_AUTH", Password = password) => {
    user = new CognitoUser({ Username, Pool: pool, Storage });
    user.setAuthenticationFlowType(kind);
    const details = new AuthenticationDetails({ Username, Password });
    return next((handlers) =>
      kind === "CUSTOM_AUTH" && !Password ? user.initiateAuth(details, handlers) : user.authenticateUser(details, handlers),
    );
  };
  const signOut = () => new Promise((resolve) => user.signOut(resolve));
  const is = (expected, [name, more]) => {
    assert.equal(name, expected);
    return more;
  };

  const email = await person("bob");
  is("DONE", await begin(email, "USER_PASSWORD_AUTH"));

  flow("attributes");
  const attribute = (Name, Value) => new CognitoUserAttribute({ Name, Value });
  await call((done) => user.updateAttributes([attribute("name", "Bob Other"), attribute("nickname", "Bobby")], done));
  await call((done) => user.deleteAttributes(["nickname"], done));
  const attributes = await call((done) => user.getUserAttributes(done));
  const values = Object.fromEntries(attributes.map((one) => [one.getName(), one.getValue()]));
  assert.equal(values.name, "Bob Other");
  assert.equal(values.nickname, undefined);
  const moved = "bob-moved@example.com";
  await call((done) => user.updateAttributes([attribute("email", moved)], done));
  await new Promise((resolve, reject) =>
    user.getAttributeVerificationCode("email", {
      onSuccess: resolve,
      onFailure: reject,
      inputVerificationCode: resolve,
    }),
  );
  const proof = await code(moved, "attribute_verification");
  await outcome((handlers) => user.verifyAttribute("email", proof, handlers));

  flow("another password");
  await call((done) => user.changePassword(password, other, done));
  await call((done) => user.changePassword(other, password, done));

  flow("an authenticator app");
  const key = await new Promise((resolve, reject) =>
    user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }),
  );
  const first = await appCode(key);
  await outcome((handlers) => user.verifySoftwareToken(first, "phone", handlers));
  await call((done) => user.setUserMfaPreference(null, { PreferredMfa: true, Enabled: true }, done));
  await signOut();
  is("SOFTWARE_TOKEN_MFA", await begin(moved));
  const second = await appCode(key);
  is("DONE", await next((handlers) => user.sendMFACode(second, handlers, "SOFTWARE_TOKEN_MFA")));

  flow("codes by text message, and the choice");
  const on = { PreferredMfa: false, Enabled: true };
  await call((done) => user.setUserMfaPreference(on, on, done));
  await signOut();
  const ways = is("SELECT_MFA_TYPE", await begin(moved));
  assert.ok(JSON.parse(ways.MFAS_CAN_CHOOSE).includes("SMS_MFA"));
  is("SMS_MFA", await next((handlers) => user.sendMFASelectionAnswer("SMS_MFA", handlers)));
  const text = await code(phone, "mfa_code");
  is("DONE", await next((handlers) => user.sendMFACode(text, handlers, "SMS_MFA")));
  await call((done) => user.setUserMfaPreference({ PreferredMfa: true, Enabled: true }, null, done));

  flow("a remembered device");
  await outcome((handlers) => user.setDeviceStatusRemembered(handlers));
  const devices = await outcome((handlers) => user.listDevices(10, null, handlers));
  assert.ok(devices.Devices.length >= 1);
  const { Device } = await outcome((handlers) => user.getDevice(handlers));
  assert.ok(devices.Devices.some(({ DeviceKey }) => DeviceKey === Device.DeviceKey));
  await signOut();
  is("DONE", await begin(moved));
  await outcome((handlers) => user.setDeviceStatusNotRemembered(handlers));
  await outcome((handlers) => user.forgetDevice(handlers));
  await call((done) => user.setUserMfaPreference({ PreferredMfa: false, Enabled: false }, { PreferredMfa: false, Enabled: false }, done));
  await signOut();

  flow("CUSTOM_AUTH, without and with SRP");
  const question = is("CUSTOM_CHALLENGE", await begin(moved, "CUSTOM_AUTH", null));
  assert.match(question.question, /Which number/);
  const answer = await code(moved, "custom_challenge");
  is("DONE", await next((handlers) => user.sendCustomChallengeAnswer(answer, handlers)));
  await signOut();
  is("CUSTOM_CHALLENGE", await begin(moved, "CUSTOM_AUTH"));
  const again = await code(moved, "custom_challenge");
  is("DONE", await next((handlers) => user.sendCustomChallengeAnswer(again, handlers)));

  flow("the end of a user");
  await call((done) => user.deleteUser(done));
  await assert.rejects(begin(moved), { code: "NotAuthorizedException" });

  flow("a second factor that the pool demands");
  await demand("ON");
  const late = await person("late");
  is("MFA_SETUP", await begin(late));
  const fresh = await new Promise((resolve, reject) =>
    user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject }),
  );
  const shown = await appCode(fresh);
  await outcome((handlers) => user.verifySoftwareToken(shown, "phone", handlers));
}

const clients = { "aws-amplify": amplify, "amazon-cognito-identity-js": identityJs };
await clients[client]();
// Amplify's timer for signing in after a sign-up would keep the program for three minutes.
process.exit();
