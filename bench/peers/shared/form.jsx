import { useState } from "react";
import "./form.css";

/** A form of text fields: `fields` are [name, label, type, autocomplete]. */
export function Form({ title, fields, submit, onSubmit, children }) {
  const [failure, setFailure] = useState(null);
  const [busy, setBusy] = useState(false);
  const onsubmit = async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    setFailure(null);
    setBusy(true);
    try {
      await onSubmit(values);
    } catch (error) {
      setFailure(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={onsubmit}>
      <h1>{title}</h1>
      {fields.map(([name, label, type, autoComplete]) => (
        <label key={name}>
          {label}
          <input name={name} type={type} autoComplete={autoComplete} required />
        </label>
      ))}
      {failure && <p role="alert">{failure}</p>}
      <button type="submit" disabled={busy}>
        {submit}
      </button>
      {children}
    </form>
  );
}

export const EMAIL = ["email", "Email", "email", "username"];
export const PASSWORD = ["password", "Password", "password", "current-password"];
export const NEW_PASSWORD = ["password", "Password", "password", "new-password"];
export const CODE = ["code", "Code", "text", "one-time-code"];
