// A sign-in by amazon-cognito-identity-js.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from "amazon-cognito-identity-js";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { POOL } from "../shared/config.js";
import { EMAIL, Form, PASSWORD } from "../shared/form.jsx";

const pool = new CognitoUserPool({
  UserPoolId: POOL.userPoolId,
  ClientId: POOL.clientId,
  endpoint: POOL.endpoint,
});

function signIn({ email, password }) {
  const user = new CognitoUser({ Username: email, Pool: pool });
  const details = new AuthenticationDetails({ Username: email, Password: password });
  return new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }));
}

function App() {
  const [user, setUser] = useState(null);
  if (user) {
    return <h1 className="signed-in">{user}</h1>;
  }
  return (
    <Form
      title="Sign In"
      fields={[EMAIL, PASSWORD]}
      submit="Sign In"
      onSubmit={async (values) => {
        const session = await signIn(values);
        setUser(session.getAccessToken().payload.username);
      }}
    />
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <main>
      <App />
    </main>
  </StrictMode>,
);
