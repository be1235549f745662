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
    crash: "Cruddur has stopped",
    crashText: "Something went wrong that the page cannot get over by itself. What you have sent is safe.",
  },
  de: {
    loading: "Cruddur wird geladen…",
    reload: "Seite neu laden",
    noWebAssembly: "Cruddur braucht WebAssembly, das dieser Browser nicht hat oder das abgeschaltet ist.",
    tooOld:
      "Cruddur konnte nicht gestartet werden: Dieser Browser ist zu alt dafür, oder beim Herunterladen ging etwas kaputt.",
    notLoaded: "Cruddur konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal.",
    crash: "Cruddur ist stehen geblieben",
    crashText:
      "Etwas ging schief, das die Seite nicht von allein verkraftet. Was du gesendet hast, ist sicher.",
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

// The app ends when it meets a fault of its own: a panic, too deep a recursion, no memory. This needs nothing of it: it is
// made of plain elements, and reloading is a link.
function crashed() {
  if (document.getElementById("crash")) {
    return;
  }
  // The app may speak another language by now.
  const texts = TEXTS[root.lang] ?? TEXTS.en;
  const add = (parent, name, text, className = "") => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const message = add(document.body, "div", "", "crash");
  message.id = "crash";
  message.setAttribute("role", "alert");
  add(message, "h2", texts.crash);
  add(message, "p", texts.crashText);
  // Without a fragment, for one would make the link lead within the page.
  add(message, "a", texts.reload, "button").href = location.pathname + location.search;
}

if (typeof WebAssembly !== "object") {
  fail(texts.noWebAssembly);
} else {
  const isCrash = (error) => error instanceof WebAssembly.RuntimeError;
  addEventListener("error", ({ error }) => isCrash(error) && crashed());
  addEventListener("unhandledrejection", ({ reason }) => isCrash(reason) && crashed());
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
}
