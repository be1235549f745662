// Starts the app, and says so in the page when it cannot be started.
const root = document.documentElement;
const files = document.querySelector("script[data-js]").dataset;

// The app's languages, and its way to choose one: what was chosen earlier, then what the browser asks for, then English.
const TEXTS = {
  en: {
    loading: "Loading Cruddur…",
    reload: "Reload the page",
    noWebAssembly: "Cruddur needs WebAssembly, which this browser does not have or has switched off.",
    tooOld: "Cruddur could not be started: this browser is too old for it, or the download was damaged.",
    notLoaded: "Cruddur could not be loaded. Check your connection and try again.",
    release: "There is a new version of Cruddur. What you have begun to write as a crud or a message stays.",
    later: "Later",
    crash: "Cruddur has stopped",
    crashText: "Something went wrong that the page cannot get over by itself. What you have sent is safe.",
    slow: "Cruddur is taking long to load. It starts by itself once it is there.",
  },
  de: {
    loading: "Cruddur wird geladen…",
    reload: "Seite neu laden",
    noWebAssembly: "Cruddur braucht WebAssembly, das dieser Browser nicht hat oder das abgeschaltet ist.",
    tooOld:
      "Cruddur konnte nicht gestartet werden: Dieser Browser ist zu alt dafür, oder beim Herunterladen ging etwas kaputt.",
    notLoaded: "Cruddur konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal.",
    release:
      "Es gibt eine neue Version von Cruddur. Was du als Crud oder Nachricht zu schreiben begonnen hast, bleibt.",
    later: "Später",
    crash: "Cruddur ist stehen geblieben",
    crashText:
      "Etwas ging schief, das die Seite nicht von allein verkraftet. Was du gesendet hast, ist sicher.",
    slow: "Cruddur braucht lange zum Laden. Es startet von selbst, sobald es da ist.",
  },
};

function chosen() {
  try {
    return localStorage.getItem("language");
  } catch {
    // Storage is blocked.
    return null;
  }
}

// Milliseconds after which a person is told that it takes long. An answer that never comes fails nothing by itself.
const SLOW_MS = 15_000;

const tags = [chosen() ?? "", ...(navigator.languages ?? [])].map((tag) => tag.split("-")[0].toLowerCase());
const language = tags.find((tag) => Object.keys(TEXTS).includes(tag)) ?? "en";
const texts = TEXTS[language];
root.lang = language;

const status = document.getElementById("boot-status");
if (status) {
  status.textContent = texts.loading;
}

// Only the home page has the shape of the skeleton.
if (location.pathname !== "/") {
  root.dataset.boot = "plain";
}

function fail(text) {
  // Once it has gone, the app has taken over and speaks for itself.
  if (!status?.isConnected || document.getElementById("crash")) {
    return;
  }
  root.dataset.boot = "failed";
  status.className = "boot-message";
  status.textContent = text + " ";
  const again = document.createElement("a");
  again.href = location.pathname + location.search;
  again.textContent = texts.reload;
  status.append(again);
}

// A message at the page's edge, with a link that loads the page anew. It needs nothing of the app: it is made of plain
// elements. The app may speak another language by now.
function offerReload(id, role, title, text) {
  const add = (parent, name, text, className = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const texts = TEXTS[root.lang] ?? TEXTS.en;
  // A region that is read aloud has to be there before its words.
  const message = add(document.body, "div", "", "crash");
  message.id = id;
  message.setAttribute("role", role);
  if (title) {
    // What stopped may have left the page without a heading of its own.
    add(message, document.querySelector("h1") ? "h2" : "h1", texts[title]);
  }
  add(message, "p", texts[text]);
  const actions = add(message, "div", "", "crash-actions");
  const reload = add(actions, "a", texts.reload, "button");
  // Without a fragment, for one would make the link lead within the page.
  reload.href = location.pathname + location.search;
  // The app's addresses change without this message: it is about the page on show.
  reload.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  return (label) => {
    const button = add(actions, "button", texts[label], "text-link");
    button.type = "button";
    button.addEventListener("click", () => message.remove());
  };
}

// The app ends when it meets a fault of its own: a panic, too deep a recursion, no memory.
function crashed() {
  if (!document.getElementById("crash")) {
    document.getElementById("release")?.remove();
    offerReload("crash", "alert", "crash", "crashText");
  }
}

// A page can be open for days. Whether the site has another release by now is asked when the person comes back to it, and
// then offered: what is typed is theirs, and so is the moment.
const MINUTE = 60_000;
let asked = -Infinity;
let newest = files.js;

async function lookForRelease() {
  if (document.visibilityState !== "visible" || performance.now() - asked < MINUTE) {
    return;
  }
  asked = performance.now();
  let page;
  try {
    const answer = await fetch("/index.html", { cache: "no-cache" });
    page = answer.ok ? await answer.text() : "";
  } catch {
    // No connection: another time, then.
    return;
  }
  const [, script] = page.match(/data-js="?([^"\s>]+)/) ?? [];
  if (!script || script === newest || document.getElementById("crash")) {
    return;
  }
  // Each release is offered once.
  newest = script;
  document.getElementById("release")?.remove();
  offerReload("release", "status", null, "release")("later");
}

// What the first page needs beside the program is asked for while that is on its way. The app takes each answer once, and asks
// by itself for what is not here.
const EARLY_MS = 20_000;
const answers = new Map();
globalThis.earlyAnswer = (url) => {
  const answer = answers.get(url);
  answers.delete(url);
  return answer;
};

function ask(url, options) {
  const signal = AbortSignal.timeout(EARLY_MS);
  const answer = fetch(url, { ...options, signal }).then(async (answer) => [answer.status, await answer.text()]);
  answers.set(url, answer);
  // What nobody has taken by then is no news any more.
  setTimeout(() => answers.delete(url), EARLY_MS);
  // Whoever takes it hears of a failure.
  answer.catch(() => {});
  return answer;
}

// The parts of the program that pages are in, by the first step of the address; `src/parts.rs` says which.
const PARTS = {
  signin: "account",
  signup: "account",
  confirm: "account",
  forgot: "account",
  settings: "settings",
  notifications: "people",
  search: "people",
  messages: "messages",
};

// Whether somebody seems to be signed in: what they get is another feed, and the session asks for it.
function isKnown() {
  try {
    return [localStorage, sessionStorage].some((storage) =>
      Object.keys(storage).some((key) => key.endsWith(".LastAuthUser")),
    );
  } catch {
    // Storage is blocked, so nobody is.
    return false;
  }
}

async function askEarly() {
  const [, step] = location.pathname.split("/");
  const part = step.startsWith("@") ? "people" : PARTS[step];
  if (part && files.parts) {
    // Without it, the app asks when it is there.
    import(files.parts).then(({ prefetch }) => prefetch(part)).catch(() => {});
  }
  const config = ask("/config.json");
  if (step === "" && !isKnown()) {
    try {
      const [, text] = await config;
      const backend = JSON.parse(text).custom.backend_url.replace(/\/$/, "");
      if (/^https?:/.test(backend)) {
        ask(`${backend}/api/activities/home`, {
          headers: { accept: "application/json" },
          cache: "no-store",
          credentials: "omit",
        });
      }
    } catch {
      // The app says what is wrong with it.
    }
  }
}

if (typeof WebAssembly !== "object") {
  fail(texts.noWebAssembly);
} else {
  const isCrash = (error) => error instanceof WebAssembly.RuntimeError;
  addEventListener("error", ({ error }) => isCrash(error) && crashed());
  addEventListener("unhandledrejection", ({ reason }) => isCrash(reason) && crashed());
  document.addEventListener("visibilitychange", lookForRelease);
  addEventListener("online", lookForRelease);
  setInterval(lookForRelease, 30 * MINUTE);
  setTimeout(() => {
    if (root.dataset.boot !== "failed") {
      fail(texts.slow);
    }
  }, SLOW_MS);
  import(files.js)
    .then((app) => app.default({ module_or_path: files.wasm }))
    .catch((error) => {
      console.error(error);
      fail(
        error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
          ? texts.tooOld
          : texts.notLoaded,
      );
    });
  askEarly();
}
