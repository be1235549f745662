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
    home: "Home",
    now: "now",
    ago: "{} ago",
    units: ["m", "h", "d"],
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
    home: "Start",
    now: "jetzt",
    ago: "vor {}",
    units: [" Min.", " Std.", " T"],
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

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Milliseconds after which a person is told that it takes long. An answer that never comes fails nothing by itself.
const SLOW_MS = 15_000;

const primary = (tag) => tag.split("-")[0].toLowerCase();
const tags = [chosen() ?? "", ...(navigator.languages ?? [])];
const language = tags.map(primary).find((tag) => Object.keys(TEXTS).includes(tag)) ?? "en";
const texts = TEXTS[language];
const locale = navigator.languages?.find((tag) => primary(tag) === language) ?? language;
root.lang = language;

const status = document.getElementById("boot-status");
if (status) {
  status.textContent = texts.loading;
}

// Only the home page has the shape of the skeleton.
if (location.pathname !== "/") {
  root.dataset.boot = "plain";
}

function fail(text, isOver = true) {
  // Once it has gone, the app has taken over and speaks for itself.
  if (!status?.isConnected || document.getElementById("crash")) {
    return;
  }
  if (isOver) {
    document.querySelector(".boot form")?.remove();
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

globalThis.isKnown = isKnown;

// How long after its start the program may take, in milliseconds, to show what was drawn before it, or has come for it.
const HAND_OVER_MS = 3000;
// How many frames it may take where that is still on its way: in a page that is busy, answers are heard of late.
const ON_ITS_WAY_FRAMES = 18;
// How many cruds, and replies to one, the program shows at first.
const STRETCH = 40;

// What is to be seen until the program is there.
const boot = document.querySelector(".boot");
// For how many frames that stays then, if the program does not show the same before; and what is to be done after.
let patience = 0;
let handOver = () => {};

// The program is there, and its page is being drawn beside this one. What people came for, if it is on show already or about
// to be, stays until the program has drawn it too, which takes more than a frame; nothing of the change is painted before.
globalThis.takeOver = () => {
  // The app speaks for itself.
  status?.remove();
  if (!patience) {
    boot?.remove();
    return;
  }
  root.dataset.boot = "done";
  const scrolled = scrollY;
  const end = performance.now() + HAND_OVER_MS;
  let frames = 0;
  const look = () => {
    const app = document.getElementById("app");
    const isThere = app.firstElementChild && !app.querySelector(".skeleton-cruds");
    if (!isThere && frames++ < patience && performance.now() < end) {
      requestAnimationFrame(look);
      return;
    }
    const focused = boot.contains(document.activeElement) ? document.activeElement : null;
    boot.remove();
    delete root.dataset.boot;
    if (scrolled) {
      // Where the person went counts more than where they were at an earlier visit.
      scrollTo(0, scrolled);
    }
    handOver(focused);
  };
  requestAnimationFrame(look);
};

// The sign-in form, for people to type into while the program is on its way: what they have typed by then, where they are in
// it, and that they have sent it goes over to the program's own form.
function drawSignIn() {
  const page = document.importNode(document.getElementById("early-signin").content, true);
  for (const element of language === "de" ? page.querySelectorAll("[data-de]") : []) {
    const { de, busyDe } = element.dataset;
    if (element.hasAttribute("aria-label")) {
      element.setAttribute("aria-label", de);
    } else {
      element.textContent = de;
    }
    if (busyDe) {
      element.dataset.busy = busyDe;
    }
  }
  const query = new URLSearchParams(location.search);
  const next = query.get("next");
  for (const link of next ? page.querySelectorAll("a[class$=-link]") : []) {
    link.search = new URLSearchParams({ next });
  }
  const form = page.querySelector("form");
  const inputs = [...form.querySelectorAll("input")];
  inputs[0].value = query.get("email") ?? "";
  let sent = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sent = true;
    const button = form.querySelector("[data-busy]");
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
  });

  handOver = (focused) => {
    for (const input of inputs) {
      const place = document.getElementById(input.id);
      if (!place) {
        return;
      }
      place.value = input.value;
      if (input === focused) {
        place.focus();
        // An e-mail address has no places within.
        if (input.selectionStart !== null) {
          place.setSelectionRange(input.selectionStart, input.selectionEnd);
        }
      }
      input.value = "";
    }
    if (sent) {
      document.getElementById(inputs[0].id).form.requestSubmit();
    }
  };
  patience = Infinity;
  boot.replaceChildren(status, page);
  // It is for pools that have a password for each e-mail address, and no other way in.
  return ({ auth = {}, custom = {} }) => {
    const { passwordless = {}, oauth = {}, username_attributes: names } = auth;
    const ways = [...Object.values(passwordless), ...(oauth.identity_providers ?? [])];
    const byEmail = !Array.isArray(names) || (names.includes("email") && !names.includes("phone_number"));
    const byPassword = !["USER_AUTH", "CUSTOM_WITHOUT_SRP"].includes(custom.auth_flow_type);
    form.inert = !byEmail || !byPassword || ways.some(Boolean);
  };
}

// A visitor's first cruds, for people to read while the program is on its way: those that can be drawn in a simple way. What
// the program makes of them takes their places.
function drawFeed(answer) {
  const list = newList("cruds");
  const now = Date.now();
  for (const crud of alive(answer.activities ?? answer, now)) {
    const item = drawCrud(crud, now);
    if (!item || list.children.length === STRETCH) {
      break;
    }
    list.append(item);
  }
  const frame = document.querySelector(".boot .frame");
  if (!frame || !list.firstChild) {
    return;
  }
  handOver = (focused) => {
    const links = [...document.querySelectorAll(".feed a")];
    links.find(({ href }) => href === focused?.href)?.focus({ preventScroll: true });
  };
  const heading = document.createElement("h1");
  heading.textContent = texts.home;
  frame.querySelector(".column-heading").replaceChildren(heading);
  frame.querySelector(".skeleton-cruds").replaceWith(list);
  frame.removeAttribute("aria-hidden");
  boot.replaceChildren(status, frame);
}

function newList(className) {
  const list = document.createElement("ul");
  list.className = className;
  list.setAttribute("role", "list");
  return list;
}

// A crud; nothing for one that only the program knows how to show. `src/components/feed/item.rs` has the same.
function drawCrud(crud, now, answered) {
  const { uuid, handle, message, replies_count: replied, reposts_count: reposts } = crud;
  const { created_at: created, expires_at: expires, reply_to_activity_uuid: answers } = crud;
  const name = crud.display_name?.trim() ? crud.display_name : null;
  const replies = crud.replies ?? [];
  const isSimple =
    [uuid, handle, message].every((text) => typeof text === "string") &&
    [created, expires].every((text) => !text || !Number.isNaN(time(text))) &&
    (!answers || answers === answered) &&
    replies.length <= (answered ? 0 : STRETCH);
  if (!isSimple) {
    return null;
  }
  const item = document.importNode(document.getElementById("early-crud").content.firstElementChild, true);
  const put = (place, text, of = text) => {
    const element = item.querySelector(place);
    if (of) {
      (element.querySelector("bdi, span") ?? element).textContent = text;
    } else {
      element.remove();
    }
    return element;
  };
  const count = (place, count) => put(place, count < 1000 ? count : Number(count).toLocaleString(locale), count > 0);
  put(".avatar", [...(name ?? handle).trim()][0] ?? "", true);
  put(".crud-link", name ?? `@${handle}`).href = `/@${encodeURIComponent(handle)}`;
  put(".crud-handle", `@${handle}`, name);
  put(".crud-page", created && age(time(created), now)).href = `/@${encodeURIComponent(handle)}/status/${encodeURIComponent(uuid)}`;
  put(".crud-expires", expires && left(time(expires) - now));
  put(".crud-message", message, true);
  count(".early-replies", replied);
  count(".early-reposts", reposts);
  count(".early-likes", crud.likes_count ?? crud.likes);
  const list = newList("cruds crud-replies");
  for (const reply of alive(replies, now)) {
    const item = drawCrud(reply, now, uuid);
    if (!item) {
      return null;
    }
    list.append(item);
  }
  if (list.firstChild) {
    item.firstElementChild.append(list);
  }
  return item;
}

// The backend's times are UTC's where they do not say otherwise.
function time(text) {
  const [, zone] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [, ""];
  return Date.parse(zone === undefined ? `${text}Z` : zone && text);
}

const alive = (cruds, now) => cruds.filter(({ expires_at: expires }) => !(time(expires) <= now));

const amount = (ms, unit, sign) => Math.floor(ms / unit) + texts.units[sign];

function left(ms) {
  if (ms < MINUTE) {
    return `<${amount(1, 1, 0)}`;
  }
  return ms < HOUR ? amount(ms, MINUTE, 0) : ms < DAY ? amount(ms, HOUR, 1) : amount(ms, DAY, 2);
}

function age(created, now) {
  const ms = now - created;
  if (ms < DAY) {
    return ms < MINUTE ? texts.now : texts.ago.replace("{}", left(ms));
  }
  const [date, today] = [new Date(created), new Date(now)];
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  dates[year] ??= new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year });
  return dates[year].format(date);
}

// Each takes as long to make as twenty dates to write.
const dates = {};

function makeDates() {
  try {
    age(0, Date.now());
  } catch {
    // A locale that the browser itself refuses; nothing is drawn with it.
  }
}

// Whether a sign-in waits for an answer to a question of the pool's: it goes on from there.
function isUnderWay() {
  try {
    return sessionStorage.getItem("cruddur.challenge") !== null;
  } catch {
    return false;
  }
}

// Asks for it, and shows what can be shown before the program is there.
async function askEarly() {
  const [, step] = location.pathname.split("/");
  const part = step.startsWith("@") ? "people" : PARTS[step];
  const known = isKnown();
  const wanted = [part, known && "members"].filter(Boolean);
  if (wanted.length && files.parts) {
    // Without it, the app asks when it is there.
    import(files.parts).then(({ prefetch }) => wanted.forEach(prefetch)).catch(() => {});
  }
  const config = ask("/config.json");
  if (step === "") {
    // The first date takes 20 ms, for which there is time while program and answers are on their way.
    setTimeout(makeDates);
  }
  if (known) {
    return;
  }
  const isSignIn = /^\/signin\/?$/.test(location.pathname) && !isUnderWay();
  try {
    const allow = isSignIn ? drawSignIn() : () => {};
    const settings = JSON.parse((await config)[1]);
    allow(settings);
    const backend = settings.custom.backend_url.replace(/\/$/, "");
    if (step === "" && /^https?:/.test(backend)) {
      const answer = ask(`${backend}/api/activities/home`, {
        headers: { accept: "application/json" },
        cache: "no-store",
        credentials: "omit",
      });
      // The program's page without cruds would be on show for a moment only, and takes time to be painted.
      patience = ON_ITS_WAY_FRAMES;
      const [code, text] = await answer.finally(() => (patience = 0));
      if (code === 200) {
        patience = Infinity;
        if (!isHere && status?.isConnected) {
          drawFeed(JSON.parse(text));
        }
      }
    }
  } catch {
    // The app says what is wrong with it.
  }
}

// Whether the program is here: what would be drawn before it by then would only keep it waiting.
let isHere = false;

// Compiled while it arrives. If it ends too early then, Firefox waits for the rest for ever, and compiles nothing in this tab any
// more: there it is compiled once all of it is here, as is what a server calls something else.
async function program() {
  const answer = await fetch(files.wasm);
  if (!answer.ok) {
    throw new Error(`${files.wasm}: ${answer.status}`);
  }
  const streams = answer.headers.get("content-type") === "application/wasm" && !navigator.userAgent.includes("Gecko/");
  const module = await (streams ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer()));
  isHere = true;
  return module;
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
      fail(texts.slow, false);
    }
  }, SLOW_MS);
  askEarly();
  Promise.all([import(files.js), program()])
    .then(([app, module]) => app.default({ module_or_path: module }))
    .catch((error) => {
      console.error(error);
      fail(
        error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError
          ? texts.tooOld
          : texts.notLoaded,
      );
    });
}
