// What moves on the page: lamps at their level, people in a simulated park, numbers as they change.
// Without this script the page tells the same, as of the moment it was loaded.
"use strict";

(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const percent = new Intl.NumberFormat(words.locale, { style: "percent", maximumFractionDigits: 0 });
  // Beside this script's own folder, wherever a web server before the hub shows the pages.
  const EVENTS = new URL("../../events", document.currentScript.src);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const SILENT_MS = 10000; // a watched lamp speaks every 2 s; after five times that it is not known
  const LAG_MS = 250; // people are drawn this much late, so that there is always a place to go to
  const CALM_MS = 1000; // with reduced motion people change places no more often than this
  const REFRESH_MS = 30000; // "12 seconds ago" must not stand there for hours
  const BREATH_MS = 2000; // ten nodes that report together cause one reading, not ten

  document.querySelector("[data-without-script]")?.remove();

  // ---- lamps

  const lamps = new Map(); // name -> { shown: elements by what they show, heard: time in ms }
  for (const element of document.querySelectorAll("[data-lamp]")) {
    const name = element.dataset.lamp;
    if (!lamps.has(name)) lamps.set(name, { shown: [], heard: -Infinity });
    lamps.get(name).shown.push(element);
  }

  // CIE lightness, 0 to 1: how bright a share of full output looks.
  const lightness = (share) => (share <= 0.008856 ? share * 9.033 : 1.16 * Math.cbrt(share) - 0.16);

  const show = {
    glow: (element, share) => element.setAttribute("opacity", lightness(share ?? 0).toFixed(3)),
    known: (element, share) => element.toggleAttribute("data-unknown", share === null),
    bar: (element, share) => element.setAttribute("width", ((share ?? 0) * 100).toFixed(1)),
    level: (element, share) => { element.textContent = share === null ? words.unknown : percent.format(share); },
    state: (element, share, state) => { element.textContent = words.states[state] ?? state; },
  };

  function setLamp(lamp, share, state) {
    for (const element of lamp.shown) show[element.dataset.shows](element, share, state);
  }

  function onLevels(levels) {
    for (const [name, { level_pm, state }] of Object.entries(levels)) {
      const lamp = lamps.get(name);
      if (!lamp) continue;
      lamp.heard = performance.now();
      setLamp(lamp, level_pm / 1000, state);
    }
  }

  function forgetSilent() {
    for (const lamp of lamps.values()) {
      if (lamp.heard > -Infinity && performance.now() - lamp.heard > SILENT_MS) {
        lamp.heard = -Infinity;
        setLamp(lamp, null, "");
      }
    }
  }

  // ---- people

  const layers = [...document.querySelectorAll("[data-people]")];
  const people = new Map(); // id -> { dots, from, to: {x, y, at} }
  let held = false; // the visitor asked for stillness
  let drawing = 0;
  let moved = -Infinity;

  function dot(layer, kind) {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    circle.setAttribute("r", kind === "walker" ? "0.75" : "0.95");
    circle.setAttribute("class", kind);
    layer.append(circle);
    return circle;
  }

  function onPeople({ people: seen }) {
    const now = performance.now();
    if (held || (calm.matches && now - moved < CALM_MS)) return;
    moved = now;
    const present = new Set();
    for (const [id, x, y, kind] of seen) {
      present.add(id);
      const place = { x, y, at: now };
      const person = people.get(id);
      if (person) {
        person.trail.push(place);
      } else {
        people.set(id, { trail: [place], dots: layers.map((layer) => dot(layer, kind)) });
      }
    }
    for (const [id, person] of people) {
      if (present.has(id)) continue;
      for (const circle of person.dots) circle.remove();
      people.delete(id);
    }
    if (!drawing && people.size) drawing = requestAnimationFrame(draw);
  }

  function placeAt(trail, time) {
    while (trail.length > 2 && trail[1].at <= time) trail.shift();
    const [a, b] = trail;
    if (!b || calm.matches) return trail[trail.length - 1];
    const share = Math.min(1, Math.max(0, (time - a.at) / (b.at - a.at || 1)));
    return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
  }

  function draw(now) {
    drawing = 0;
    for (const person of people.values()) {
      const { x, y } = placeAt(person.trail, now - LAG_MS);
      for (const circle of person.dots) {
        circle.setAttribute("cx", x.toFixed(2));
        circle.setAttribute("cy", y.toFixed(2));
      }
    }
    if (people.size && !held) drawing = requestAnimationFrame(draw);
  }

  const still = document.querySelector("[data-still]");
  if (still) {
    const label = () => { still.textContent = held ? words.move : words.still; };
    still.hidden = false;
    label();
    still.addEventListener("click", () => {
      held = !held;
      document.body.classList.toggle("held", held);
      label();
    });
  }

  // ---- numbers and words: the page itself is read again, and what changed in it is taken over

  const shape = (page) => page.querySelector("[data-nodes]").dataset.nodes;
  let readAt = performance.now();
  let waiting = 0;

  function refreshSoon() {
    if (waiting) return;
    waiting = setTimeout(refresh, Math.max(0, readAt + BREATH_MS - performance.now()));
  }

  async function refresh() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (shape(page) !== shape(document)) {
        location.reload(); // a lamp or counter came or went
        return;
      }
      for (const element of document.querySelectorAll("[data-fresh]")) {
        const fresh = page.querySelector(`[data-fresh="${CSS.escape(element.dataset.fresh)}"]`);
        if (!fresh) continue;
        element.className = fresh.className; // an answer may have become another one
        if (fresh.innerHTML !== element.innerHTML) element.replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The hub is away; the event stream says so, and its return refreshes.
    } finally {
      readAt = performance.now();
      waiting = 0;
    }
  }

  // ---- the stream; only while the page is to be seen, for lamps are asked only while somebody looks

  const badge = document.querySelector("[data-live]");
  let source = null;

  function say(text, lost) {
    if (badge.textContent !== text) badge.textContent = text;
    badge.classList.toggle("lost", lost);
  }

  function open() {
    if (source) return;
    source = new EventSource(EVENTS);
    source.addEventListener("open", () => { say(words.live, false); refreshSoon(); });
    source.addEventListener("error", () => {
      say(words.lost, true);
      // A browser tries again by itself, except when the answer was not a stream at all.
      if (source.readyState === EventSource.CLOSED) { close(); setTimeout(follow, BREATH_MS); }
    });
    source.addEventListener("levels", (event) => onLevels(JSON.parse(event.data)));
    source.addEventListener("people", (event) => onPeople(JSON.parse(event.data)));
    source.addEventListener("presence", refreshSoon);
    source.addEventListener("counts", refreshSoon);
  }

  function close() {
    source?.close();
    source = null;
  }

  function follow() {
    if (document.visibilityState === "hidden") close();
    else open();
  }

  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", close);
  addEventListener("pageshow", follow);
  setInterval(forgetSilent, 1000);
  setInterval(() => { if (source) refreshSoon(); }, REFRESH_MS);
  follow();
})();
