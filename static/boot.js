// Starts the app, and says so in the page when it cannot be started.
const root = document.documentElement;
const files = document.querySelector("script[data-js]").dataset;

// Only the home page has the shape of the skeleton.
if (location.pathname !== "/") {
  root.dataset.boot = "plain";
}

function fail(text) {
  const status = document.getElementById("boot-status");
  // Without it the app has taken over, and speaks for itself.
  if (!status || document.getElementById("crash")) {
    return;
  }
  root.dataset.boot = "failed";
  status.className = "boot-message";
  status.textContent = text + " ";
  const again = document.createElement("a");
  again.href = location.pathname + location.search;
  again.textContent = "Reload the page";
  status.append(again);
}

if (typeof WebAssembly !== "object") {
  fail("Cruddur needs WebAssembly, which this browser does not have or has switched off.");
} else {
  import(files.js)
    .then((app) => app.default({ module_or_path: files.wasm }))
    .catch((error) => {
      console.error(error);
      fail(
        error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
          ? "Cruddur could not be started: this browser is too old for it, or the download was damaged."
          : "Cruddur could not be loaded. Check your connection and try again.",
      );
    });
}
