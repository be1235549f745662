// The Authenticator of @aws-amplify/ui-react, as its documentation shows it.
import { Authenticator } from "@aws-amplify/ui-react";
import "@aws-amplify/ui-react/styles.css";
import { Amplify } from "aws-amplify";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { POOL } from "../shared/config.js";

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: POOL.userPoolId,
      userPoolClientId: POOL.clientId,
      userPoolEndpoint: POOL.endpoint,
      loginWith: { email: true },
    },
  },
});

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Authenticator signUpAttributes={["name", "preferred_username"]}>
      {({ signOut, user }) => (
        <main>
          <h1 className="signed-in">{user?.username}</h1>
          <button type="button" onClick={signOut}>
            Sign Out
          </button>
        </main>
      )}
    </Authenticator>
  </StrictMode>,
);
