// Runs AWS's JavaScript clients against a local user pool: node clients.mjs <client> <pool URL> <pool id> <client id>
// <client> is amazon-cognito-identity-js or aws-amplify. Ends with status 0 if every check held.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";

const [client, endpoint, userPoolId, clientId] = process.argv.slice(2);
const ROUNDS = 100;
const password = "Crud-dur-2026!";
const other = "Other-dur-2027?";

/** Calls an operation of the pool by hand: the administrator's part. */
async function admin(operation, body) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify({ UserPoolId: userPoolId, ...body }),
  });
  assert.equal(response.status, 200, `${operation}: ${await response.clone().text()}`);
  return response.json();
}

/** The code of the newest mail of a kind. */
async function code(to, kind) {
  const mails = await (await fetch(`${endpoint}/_local/mail`)).json();
  const mail = mails.find((mail) => mail.to === to && mail.kind === kind);
  assert.ok(mail, `a mail of kind ${kind} to ${to}`);
  return mail.code;
}

const wrong = (right) => (right === "000000" ? "000001" : "000000");

/** The claims of a token whose signature holds by the pool's published keys. */
async function claims(token) {
  const { keys } = await (await fetch(`${endpoint}/${userPoolId}/.well-known/jwks.json`)).json();
  const [header, payload, signature] = token.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  const { kid, alg } = read(header);
  assert.equal(alg, "RS256");
  const jwk = keys.find((key) => key.kid === kid);
  assert.ok(jwk, "the key is published");
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(verify("RSA-SHA256", signed, key, Buffer.from(signature, "base64url")));
  return read(payload);
}

async function checkTokens(access, id, email) {
  const accessClaims = await claims(access);
  assert.equal(accessClaims.token_use, "access");
  assert.equal(accessClaims.client_id, clientId);
  assert.ok(accessClaims.iss.endsWith(`/${userPoolId}`));
  const idClaims = await claims(id);
  assert.equal(idClaims.token_use, "id");
  assert.equal(idClaims.aud, clientId);
  assert.equal(idClaims.email, email);
  assert.equal(idClaims["cognito:username"], accessClaims.username);
  assert.notEqual(accessClaims.username, email, "an id, not the e-mail address");
  return accessClaims;
}

async function refused(promise, name, message) {
  const error = await promise.then(
    () => assert.fail(`${name} was expected`),
    (error) => error,
  );
  assert.equal(error.code ?? error.name, name, error.message);
  if (message) {
    assert.equal(error.message, message);
  }
}

const badPassword = ["NotAuthorizedException", "Incorrect username or password."];

/** The same journey for both clients, in terms of what each of them can do. */
async function journey(api) {
  const email = `${client}@example.com`;
  await api.signUp(email, password, {
    email,
    name: "Ann Example",
    preferred_username: "ann",
  });
  await refused(api.signUp(email, password, { email, name: "A", preferred_username: "a" }), "UsernameExistsException");
  await refused(api.signUp("weak@example.com", "short", { email: "weak@example.com", name: "A", preferred_username: "a" }), "InvalidPasswordException");
  const first = await code(email, "sign_up");
  await refused(api.confirmSignUp(email, wrong(first)), "CodeMismatchException");
  await api.confirmSignUp(email, first);
  console.log("signed up and confirmed");

  for (let round = 0; round < ROUNDS; round++) {
    // A right password in between keeps the lock-out away.
    await refused(api.signIn(email, `${password}${round}`), ...badPassword);
    const tokens = await api.signIn(email, password);
    if (round === 0) {
      await checkTokens(tokens.access, tokens.id, email);
    }
    if (round < ROUNDS - 1) {
      await api.forget();
    }
  }
  console.log(`signed in ${ROUNDS} times, refused ${ROUNDS} times`);
  await refused(api.elsewhere("nobody@example.com", password), ...badPassword);

  const before = await api.tokens();
  const after = await api.refresh();
  assert.notEqual(after.access, before.access);
  const one = await claims(before.access);
  const two = await checkTokens(after.access, after.id, email);
  assert.equal(two.origin_jti, one.origin_jti);
  console.log("refreshed");

  await api.globalSignOut();
  await refused(api.refreshElsewhere(after), "NotAuthorizedException");
  console.log("signed out everywhere");

  await api.forgotPassword(email);
  const reset = await code(email, "forgot_password");
  await refused(api.confirmForgotPassword(email, wrong(reset), other), "CodeMismatchException");
  await refused(api.confirmForgotPassword(email, reset, "short"), "InvalidPasswordException");
  await api.confirmForgotPassword(email, reset, other);
  await refused(api.signIn(email, password), ...badPassword);
  await api.signIn(email, other);
  await api.forget();
  console.log("recovered");

  const invited = `invited-${email}`;
  await admin("AdminCreateUser", {
    Username: invited,
    TemporaryPassword: "Temp-2026-pass!",
    UserAttributes: [
      { Name: "email", Value: invited },
      { Name: "name", Value: "Bob" },
      { Name: "preferred_username", Value: "bob" },
    ],
  });
  await refused(api.signIn(invited, "Wrong-2026-pass!"), ...badPassword);
  const tokens = await api.replaceTemporary(invited, "Temp-2026-pass!", password);
  await checkTokens(tokens.access, tokens.id, invited);
  await api.forget();
  await api.signIn(invited, password);
  await api.forget();
  console.log("replaced a temporary password");
}

async function identityJs() {
  const js = await import("amazon-cognito-identity-js");
  const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = js.default ?? js;
  const store = () => {
    const map = new Map();
    return {
      setItem: (key, value) => (map.set(key, value), value),
      getItem: (key) => (map.has(key) ? map.get(key) : null),
      removeItem: (key) => map.delete(key),
      clear: () => map.clear(),
    };
  };
  const Storage = store();
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint, Storage });
  const user = (Username) => new CognitoUser({ Username, Pool: pool, Storage });
  const call = (run) =>
    new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));
  const handlers = (resolve, reject) => ({
    onSuccess: resolve,
    onFailure: reject,
    newPasswordRequired: () => reject(new Error("a new password is required")),
  });
  const read = (session) => ({
    access: session.getAccessToken().getJwtToken(),
    id: session.getIdToken().getJwtToken(),
    refresh: session.getRefreshToken(),
  });
  let current;
  const signIn = (Username, Password, keep = true) =>
    new Promise((resolve, reject) => {
      const one = user(Username);
      one.authenticateUser(new AuthenticationDetails({ Username, Password }), handlers((session) => {
        if (keep) {
          current = one;
        }
        resolve(read(session));
      }, reject));
    });
  return {
    signUp: (email, password, attributes) =>
      call((done) =>
        pool.signUp(
          email,
          password,
          Object.entries(attributes).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value })),
          [],
          done,
        ),
      ),
    confirmSignUp: (email, code) => call((done) => user(email).confirmRegistration(code, true, done)),
    signIn,
    elsewhere: (email, password) => signIn(email, password, false),
    forget: async () => current.signOut(),
    tokens: async () => read(await call((done) => current.getSession(done))),
    refresh: async () => {
      const session = await call((done) => current.getSession(done));
      return read(await call((done) => current.refreshSession(session.getRefreshToken(), done)));
    },
    refreshElsewhere: (tokens) =>
      // Its own retries of a refusal take seconds; one attempt is enough to know.
      refreshOnce({ REFRESH_TOKEN: tokens.refresh.getToken() }),
    globalSignOut: () =>
      new Promise((resolve, reject) => current.globalSignOut({ onSuccess: resolve, onFailure: reject })),
    forgotPassword: (email) =>
      new Promise((resolve, reject) =>
        user(email).forgotPassword({ onSuccess: resolve, onFailure: reject, inputVerificationCode: resolve }),
      ),
    confirmForgotPassword: (email, code, password) =>
      new Promise((resolve, reject) =>
        user(email).confirmPassword(code, password, { onSuccess: resolve, onFailure: reject }),
      ),
    replaceTemporary: (Username, Password, next) =>
      new Promise((resolve, reject) => {
        const one = user(Username);
        one.authenticateUser(new AuthenticationDetails({ Username, Password }), {
          onSuccess: () => reject(new Error("the temporary password signed in")),
          onFailure: reject,
          newPasswordRequired: (attributes, required) => {
            assert.deepEqual(required, []);
            assert.equal(attributes.email, Username);
            one.completeNewPasswordChallenge(next, {}, handlers((session) => {
              current = one;
              resolve(read(session));
            }, reject));
          },
        });
      }),
  };
}

async function refreshOnce(AuthParameters) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({ AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: clientId, AuthParameters }),
  });
  const body = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(body.message), { code: body.__type });
  }
}

async function amplify() {
  const { Amplify } = await import("aws-amplify");
  const auth = await import("aws-amplify/auth");
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
  const read = async (options) => {
    const { tokens } = await auth.fetchAuthSession(options);
    const refresh = [...map].find(([key]) => key.endsWith(".refreshToken"))?.[1];
    return { access: tokens.accessToken.toString(), id: tokens.idToken.toString(), refresh };
  };
  const signIn = async (username, password) => {
    const { isSignedIn, nextStep } = await auth.signIn({ username, password });
    assert.ok(isSignedIn, nextStep.signInStep);
    return read();
  };
  return {
    signUp: (username, password, userAttributes) =>
      auth.signUp({ username, password, options: { userAttributes } }),
    confirmSignUp: (username, confirmationCode) => auth.confirmSignUp({ username, confirmationCode }),
    signIn,
    elsewhere: async (username, password) => {
      // Amplify knows one user at a time.
      const kept = [...map];
      map.clear();
      try {
        await signIn(username, password);
      } finally {
        map.clear();
        kept.forEach(([key, value]) => map.set(key, value));
      }
    },
    forget: () => auth.signOut(),
    tokens: read,
    refresh: () => read({ forceRefresh: true }),
    refreshElsewhere: (tokens) => refreshOnce({ REFRESH_TOKEN: tokens.refresh }),
    globalSignOut: () => auth.signOut({ global: true }),
    forgotPassword: (username) => auth.resetPassword({ username }),
    confirmForgotPassword: (username, confirmationCode, newPassword) =>
      auth.confirmResetPassword({ username, confirmationCode, newPassword }),
    replaceTemporary: async (username, password, next) => {
      const { nextStep } = await auth.signIn({ username, password });
      assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
      assert.deepEqual(nextStep.missingAttributes ?? [], []);
      const { isSignedIn } = await auth.confirmSignIn({ challengeResponse: next });
      assert.ok(isSignedIn);
      return read();
    },
  };
}

const clients = { "amazon-cognito-identity-js": identityJs, "aws-amplify": amplify };
await journey(await clients[client]());
console.log(`${client}: every check held`);
process.exit(0);
