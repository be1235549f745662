// Watches a page from its start. `bench` is what the runner asks.
(() => {
  const bench = { long: [], shift: 0, calls: [], clicked: null, memory: null, ahead: 0 };
  window.bench = bench;

  const observe = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  observe("longtask", ({ startTime, duration }) => bench.long.push([startTime, duration]));
  observe("layout-shift", (entry) => {
    if (!entry.hadRecentInput) bench.shift += entry.value;
  });
  bench.firstPaint = new Promise((resolve) =>
    observe("paint", ({ name, startTime }) => {
      if (name === "first-contentful-paint") resolve(startTime);
    }),
  );

  // A task of its own after the next frame: by then it has been painted.
  bench.painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      }),
    );

  // When a condition holds, looked at whenever the document changes.
  bench.when = (condition) =>
    new Promise((resolve) => {
      const look = () => {
        if (!condition()) return false;
        const seen = performance.now();
        bench.painted().then((painted) => resolve({ seen, painted }));
        return true;
      };
      if (look()) return;
      const observer = new MutationObserver(() => look() && observer.disconnect());
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });
  // Ours can draw what is wanted before its program is there, which takes the page over then.
  bench.shown = bench.when(() => __CONDITION__);
  bench.ready = bench.when(() => !document.querySelector("main.boot") && __CONDITION__);

  // What changes in the document until `end` is called, and when the last of it did.
  bench.count = () => {
    const seen = { mutations: 0, nodes: 0, last: null };
    const take = (records) => {
      if (records.length) seen.last = performance.now();
      seen.mutations += records.length;
      for (const { addedNodes, removedNodes } of records) seen.nodes += addedNodes.length + removedNodes.length;
    };
    const observer = new MutationObserver(take);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    return () => {
      take(observer.takeRecords());
      observer.disconnect();
      return seen;
    };
  };

  const realNow = Date.now.bind(Date);
  Date.now = () => realNow() + bench.ahead;

  addEventListener("click", (event) => (bench.clicked = event.timeStamp), { capture: true });

  const realFetch = window.fetch.bind(window);
  window.fetch = (input, init) => {
    const headers = new Headers(init?.headers ?? input?.headers);
    const call = {
      url: String(input?.url ?? input),
      operation: headers.get("x-amz-target")?.split(".").pop() ?? null,
      start: performance.now(),
      end: null,
    };
    bench.calls.push(call);
    const answer = realFetch(input, init);
    answer.then(
      () => (call.end = performance.now()),
      () => {},
    );
    return answer;
  };

  for (const name of ["instantiate", "instantiateStreaming"]) {
    const real = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...parts) => {
      const result = await real(...parts);
      bench.memory = (result.instance ?? result).exports.memory ?? bench.memory;
      return result;
    };
  }
})();
