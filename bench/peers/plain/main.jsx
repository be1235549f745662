// Plain forms over aws-amplify version 6.
import { Amplify } from "aws-amplify";
import {
  confirmResetPassword,
  confirmSignUp,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  signIn,
  signOut,
  signUp,
} from "aws-amplify/auth";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { POOL } from "../shared/config.js";
import { CODE, EMAIL, Form, NEW_PASSWORD, PASSWORD } from "../shared/form.jsx";

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

const NAME = ["name", "Name", "text", "name"];
const HANDLE = ["handle", "Handle", "text", "off"];

function App() {
  const [page, setPage] = useState("signin");
  const [email, setEmail] = useState("");
  const [user, setUser] = useState(null);
  useEffect(() => {
    getCurrentUser().then(setUser, () => {});
  }, []);
  const link = (to, text) => (
    <button type="button" onClick={() => setPage(to)}>
      {text}
    </button>
  );
  if (user) {
    return (
      <>
        <h1 className="signed-in">{user.username}</h1>
        <button type="button" onClick={() => signOut().then(() => setUser(null))}>
          Sign Out
        </button>
      </>
    );
  }
  switch (page) {
    case "signin":
      return (
        <Form
          key={page}
          title="Sign In"
          fields={[EMAIL, PASSWORD]}
          submit="Sign In"
          onSubmit={async (values) => {
            const { nextStep } = await signIn({ username: values.email, password: values.password });
            if (nextStep.signInStep === "CONFIRM_SIGN_UP") {
              setEmail(values.email);
              setPage("confirm");
            } else {
              setUser(await getCurrentUser());
            }
          }}
        >
          {link("signup", "Sign Up")}
          {link("forgot", "Forgot Password?")}
        </Form>
      );
    case "signup":
      return (
        <Form
          key={page}
          title="Sign Up"
          fields={[NAME, HANDLE, EMAIL, NEW_PASSWORD]}
          submit="Sign Up"
          onSubmit={async (values) => {
            await signUp({
              username: values.email,
              password: values.password,
              options: {
                userAttributes: { email: values.email, name: values.name, preferred_username: values.handle },
              },
            });
            setEmail(values.email);
            setPage("confirm");
          }}
        >
          {link("signin", "Sign In")}
        </Form>
      );
    case "confirm":
      return (
        <Form
          key={page}
          title="Confirm"
          fields={[CODE]}
          submit="Confirm"
          onSubmit={async ({ code }) => {
            await confirmSignUp({ username: email, confirmationCode: code });
            setPage("signin");
          }}
        >
          <button type="button" onClick={() => resendSignUpCode({ username: email })}>
            Resend
          </button>
        </Form>
      );
    case "forgot":
      return (
        <Form
          key={page}
          title="Recover Password"
          fields={[EMAIL]}
          submit="Send Code"
          onSubmit={async (values) => {
            await resetPassword({ username: values.email });
            setEmail(values.email);
            setPage("reset");
          }}
        >
          {link("signin", "Sign In")}
        </Form>
      );
    case "reset":
      return (
        <Form
          key={page}
          title="New Password"
          fields={[CODE, NEW_PASSWORD]}
          submit="Set Password"
          onSubmit={async ({ code, password }) => {
            await confirmResetPassword({ username: email, confirmationCode: code, newPassword: password });
            setPage("signin");
          }}
        />
      );
  }
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <main>
      <App />
    </main>
  </StrictMode>,
);
