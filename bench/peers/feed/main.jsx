// A feed without anybody signed in: cruds as rich as ours, looked for anew every minute.
import { memo, StrictMode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router";
import { BACKEND } from "../shared/config.js";
import "./feed.css";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POLL_MS = MINUTE;
const MANY = 100;

const listeners = new Set();
const ring = () => listeners.forEach((listener) => listener());
const subscribe = (listener) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
setInterval(ring, MINUTE);
document.addEventListener("visibilitychange", ring);

const date = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

function age(created) {
  const ms = Date.now() - created;
  if (ms < MINUTE) return "just now";
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ago`;
  return date.format(created);
}

function left(expires) {
  const ms = expires - Date.now();
  if (ms <= 0) return "gone";
  if (ms < MINUTE) return "expires in moments";
  if (ms < HOUR) return `expires in ${Math.floor(ms / MINUTE)}m`;
  if (ms < DAY) return `expires in ${Math.floor(ms / HOUR)}h`;
  return `expires in ${Math.floor(ms / DAY)}d`;
}

// The text is the state: a tick renders only what has another text.
const Time = memo(function Time({ at, words }) {
  const text = useSyncExternalStore(subscribe, () => words(at));
  return <time dateTime={new Date(at).toISOString()}>{text}</time>;
});

const PATHS = {
  reply: "M4 5h16v11H9l-5 4z",
  repost: "M7 7h9l-3-3m3 3-3 3M17 17H8l3-3m-3 3 3 3",
  heart: "M12 20 4 12a5 5 0 0 1 8-6 5 5 0 0 1 8 6z",
  share: "M12 16V4m0 0-4 4m4-4 4 4M5 14v6h14v-6",
};

function Icon({ name }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}

function Count({ icon, count, words }) {
  if (!count) return null;
  return (
    <li className="crud-count" title={`${count} ${words}`}>
      <Icon name={icon} />
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">
        {count} {words}
      </span>
    </li>
  );
}

const same = (one, other) =>
  one.uuid === other.uuid &&
  one.message === other.message &&
  one.likes_count === other.likes_count &&
  one.replies_count === other.replies_count &&
  one.reposts_count === other.reposts_count &&
  one.expires_at === other.expires_at;

const Crud = memo(
  function Crud({ crud }) {
    const name = crud.display_name ?? crud.handle;
    return (
      <article className="crud">
        <span className="avatar" aria-hidden="true">
          {name.trim()[0]}
        </span>
        <p className="crud-author">
          <Link to={`/@${crud.handle}`}>
            <b>
              <bdi>{name}</bdi>
            </b>{" "}
            <span className="crud-handle">
              <bdi>@{crud.handle}</bdi>
            </span>
          </Link>
        </p>
        <p className="crud-times">
          <Link to={`/@${crud.handle}/status/${crud.uuid}`}>
            <Time at={Date.parse(crud.created_at)} words={age} />
          </Link>{" "}
          {crud.expires_at && <Time at={Date.parse(crud.expires_at)} words={left} />}
        </p>
        <p className="crud-message" dir="auto">
          {crud.message}
        </p>
        <ul className="crud-actions">
          <li>
            <Link to="/about" aria-label={`Sign in to reply to ${name}`}>
              <Icon name="reply" />
              {crud.replies_count > 0 && <span>{crud.replies_count}</span>}
            </Link>
          </li>
          <Count icon="repost" count={crud.reposts_count} words="reposts" />
          <Count icon="heart" count={crud.likes_count} words="likes" />
          <li>
            <button type="button" aria-label={`Share the crud of ${name}`}>
              <Icon name="share" />
            </button>
          </li>
        </ul>
      </article>
    );
  },
  (before, after) => same(before.crud, after.crud),
);

// What was on show when the page was left, so that coming back finds it at once.
let last = null;

const load = async () => (await fetch(`${BACKEND}/api/activities/home`)).json();

function Home() {
  const [cruds, setCruds] = useState(last);
  const [offered, setOffered] = useState(null);
  const show = useCallback((cruds) => {
    last = cruds;
    setCruds(cruds);
    setOffered(null);
  }, []);
  useEffect(() => {
    let gone = false;
    load().then((cruds) => !gone && show(cruds));
    const poll = setInterval(async () => {
      const fresh = await load();
      const known = new Set((last ?? []).map((crud) => crud.uuid));
      const news = fresh.filter((crud) => !known.has(crud.uuid)).length;
      if (!gone && news > 0) setOffered({ news, cruds: fresh });
    }, POLL_MS);
    return () => {
      gone = true;
      clearInterval(poll);
    };
  }, [show]);
  return (
    <>
      <h1>Home</h1>
      {offered && (
        <button type="button" onClick={() => show(offered.cruds)}>
          {offered.news} new
        </button>
      )}
      {cruds ? (
        <ul className={cruds.length > MANY ? "cruds cruds-many" : "cruds"}>
          {cruds.map((crud) => (
            <li key={crud.uuid}>
              <Crud crud={crud} />
            </li>
          ))}
        </ul>
      ) : (
        <p>Loading…</p>
      )}
    </>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <BrowserRouter>
      <nav>
        <Link to="/">Home</Link>
        <Link to="/about">About</Link>
      </nav>
      <main>
        <Routes>
          <Route path="/" element={<Home />} />
          <Route path="*" element={<h1>About</h1>} />
        </Routes>
      </main>
    </BrowserRouter>
  </StrictMode>,
);
