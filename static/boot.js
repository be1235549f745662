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
    slow: "Cruddur is taking long to load. It starts by itself once it is there.",
  },
  de: {
    loading: "Cruddur wird geladen…",
    reload: "Seite neu laden",
    noWebAssembly: "Cruddur braucht WebAssembly, das dieser Browser nicht hat oder das abgeschaltet ist.",
    tooOld:
      "Cruddur konnte nicht gestartet werden: Dieser Browser ist zu alt dafür, oder beim Herunterladen ging etwas kaputt.",
    notLoaded: "Cruddur konnte nicht geladen werden. Prüf deine Verbindung und versuch es noch einmal.",
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

if (typeof WebAssembly !== "object") {
  fail(texts.noWebAssembly);
} else {
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
}
