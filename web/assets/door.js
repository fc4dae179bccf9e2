// The device at a door. It works without network: the list of who may come and the scans
// that were not sent yet lie in the database of this browser, and each code is checked here.
// Without this script the page is a form.
(function () {
  "use strict";
  const doc = document, root = doc.getElementById("gate");
  const BASE = "/door/", DB = "plenary-door", LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", WORD = 7;
  const SIGNED = 27, BYTES = 91, SEND = 200;

  // wipe makes this device forget everything.
  async function wipe() {
    if (state.db) { state.db.close(); state.db = null; }
    await new Promise((done) => {
      const r = indexedDB.deleteDatabase(DB);
      r.onsuccess = r.onerror = r.onblocked = () => done();
    });
    if (window.caches) for (const k of await caches.keys()) if (k.endsWith(BASE)) await caches.delete(k);
    if (navigator.serviceWorker) {
      const workers = await navigator.serviceWorker.getRegistrations();
      for (const w of workers) if (new URL(w.scope).pathname === BASE) await w.unregister();
    }
  }

  const state = {
    db: null, list: null, rows: new Map(), words: new Map(), revoked: new Set(), seen: new Map(), key: null, tag: null,
    waiting: 0, online: navigator.onLine, sending: false, etag: "", counted: 0, page: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()),
  };
  if (doc.getElementById("gate-shut")) { if (window.indexedDB) wipe(); return; }
  if (!root || !window.indexedDB || !window.fetch) return;

  const words = JSON.parse(doc.getElementById("gate-words").textContent);
  const $ = (id) => doc.getElementById(id);
  const form = $("gate-form"), input = $("code"), result = $("gate-result"), session = $("session");
  const looks = { in: "yes", again: "maybe", desk: "maybe", refused: "no", revoked: "no", forged: "no", other: "no", unread: "maybe", unknown: "maybe", nothing: "maybe", uninvited: "no" };
  const icons = { in: "check", again: "history", desk: "person", refused: "cancelled", revoked: "cancelled", forged: "warning", other: "warning", unread: "warning", unknown: "person", nothing: "clock", uninvited: "cancelled" };
  function say(key, values) { return words[key].replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all); }

  // ---- the database of this browser
  function open() {
    return new Promise((done, fail) => {
      const r = indexedDB.open(DB, 1);
      r.onupgradeneeded = () => {
        r.result.createObjectStore("kept");
        r.result.createObjectStore("scans", { keyPath: "id" });
        r.result.createObjectStore("seen");
      };
      r.onsuccess = () => done(r.result);
      r.onerror = () => fail(r.error);
    });
  }
  function tx(store, mode, fn) {
    return new Promise((done, fail) => {
      if (!state.db) { fail(new Error("closed")); return; }
      const t = state.db.transaction(store, mode), r = fn(t);
      t.oncomplete = () => done(r && r.result);
      t.onerror = t.onabort = () => fail(t.error);
    });
  }
  const get = (key) => tx("kept", "readonly", (t) => t.objectStore("kept").get(key));
  const put = (key, v) => tx("kept", "readwrite", (t) => t.objectStore("kept").put(v, key));

  // ---- codes
  function bytesOf64(s) { return Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)); }
  function to64(b) { return btoa(String.fromCharCode.apply(null, b)); }
  function unpack(text) {
    let rest = text.replace(/\s+/g, "").toUpperCase();
    if (!rest.startsWith("PLB1")) return null;
    rest = rest.slice(4).replace(/^[^A-Z2-7]+/, "");
    if (rest.length !== Math.ceil(BYTES * 8 / 5)) return null;
    const out = new Uint8Array(BYTES);
    let bits = 0, have = 0, at = 0;
    for (const c of rest) {
      const v = LETTERS.indexOf(c);
      if (v < 0) return null;
      bits = (bits << 5 | v) & 0xfff;
      have += 5;
      if (have >= 8) { have -= 8; out[at++] = bits >> have & 255; }
    }
    if (bits & (1 << have) - 1) return null;
    return out;
  }
  function wordOf(text) {
    const t = text.replace(/[\s\-–.]+/g, "").toUpperCase(), m = /^([1-9]\d{0,7})([2-9A-HJ-NP-Z]{7})$/.exec(t);
    if (!m || t.length - WORD > 8) return "";
    return m[1] + "-" + m[2];
  }

  // ---- what a code comes to, without network
  function onNow(now) {
    if (session && session.value) return session.value;
    let on = "", next = "";
    for (const s of state.list.sessions || []) {
      if (s.starts <= now && now < s.ends) on = s.id;
      else if (!next && s.starts > now && s.starts - now <= 20 * 60 * 1000) next = s.id;
    }
    return on || next;
  }
  async function judge(text) {
    if (!state.list) return { result: "unknown" };
    let row = null, serial = 0;
    const word = wordOf(text);
    if (word) {
      const both = new Uint8Array([...state.tag, ...new TextEncoder().encode(word)]);
      const print = new Uint8Array(await crypto.subtle.digest("SHA-256", both)).slice(0, 5);
      row = state.words.get(to64(print).replace(/=+$/, ""));
      if (!row) return { result: "forged" };
      serial = row[4];
    } else {
      const b = unpack(text);
      if (!b || b[0] !== 1) return { result: "unread" };
      const ok = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, state.key, b.slice(SIGNED), b.slice(0, SIGNED));
      if (!ok) return { result: "forged" };
      for (let i = 0; i < 4; i++) if (b[1 + i] !== state.tag[i]) return { result: "other" };
      const id = to64(b.slice(5, 21)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      serial = (b[21] << 24 | b[22] << 16 | b[23] << 8 | b[24]) >>> 0;
      row = state.rows.get(id);
      if (state.revoked.has(id + serial)) return { result: "revoked", row };
      if (!row) return { result: "unknown" };
      if (row[4] > serial) return { result: "revoked", row };
    }
    if (!(row[3] & 1)) return { result: "refused", row };
    if (row[3] & 2) return { result: "desk", row };
    let where = "";
    if (state.list.kind === "room") {
      where = onNow(Date.now());
      if (!where) return { result: "nothing", row };
      const here = state.list.sessions.find((s) => s.id === where);
      if (here && (here.only && !here.only.includes(row[1]) || here.not && here.not.includes(row[1]))) return { result: "uninvited", row };
    }
    const key = row[0] + where;
    if (state.seen.has(key)) return { result: "again", row, when: state.seen.get(key) };
    return { result: "in", row, key };
  }

  let busy = Promise.resolve();
  function take(text, how) {
    busy = busy.then(() => takeOne(text, how)).catch(fault);
    return busy;
  }
  async function takeOne(text, how) {
    if (!text.trim()) return;
    if (state.list && Date.now() > state.list.until) { await over(); return; }
    const got = await judge(text);
    const scan = {
      id: crypto.randomUUID(), code: text.trim().slice(0, 900), told: got.result, how, session: session && session.value || "",
      t: Date.now(), m: Math.round(performance.now()), p: state.page,
    };
    // What is shown is on the disk: a scan is not lost when the battery is.
    await tx(["scans", "seen"], "readwrite", (t) => {
      t.objectStore("scans").put(scan);
      if (got.key) t.objectStore("seen").put(scan.t, got.key);
    });
    if (got.key) { state.seen.set(got.key, scan.t); state.counted++; }
    state.waiting++;
    show(got);
    facts();
    setTimeout(send, 50);
  }

  // ---- what people see and hear
  function who(row, when) {
    if (!row) return "";
    const parts = [];
    if (row[6]) parts.push(row[6]);
    parts.push(say("number", { Number: row[1] }));
    const cat = state.list.categories && state.list.categories[row[2]];
    if (cat) { const by = cat[0].by || {}; parts.push(by[doc.documentElement.lang] || by[cat[0].orig] || ""); }
    if (when) parts.push(new Date(when).toLocaleTimeString(doc.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
    return parts.filter(Boolean).join(" · ");
  }
  function show(got) {
    const look = looks[got.result];
    result.className = "gate-result " + look;
    result.replaceChildren();
    const p = doc.createElement("p"), help = doc.createElement("p"), svg = doc.createElementNS("http://www.w3.org/2000/svg", "svg"), use = doc.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", root.dataset.icons + "#" + icons[got.result]);
    svg.append(use);
    p.className = "gate-word";
    p.append(svg, " ", words["result." + got.result]);
    help.textContent = words["help." + got.result];
    result.append(p, help);
    const name = who(got.row, got.when);
    if (name) {
      const w = doc.createElement("p");
      w.className = "gate-who";
      w.dir = "auto";
      w.textContent = name;
      result.prepend(w);
    }
    if ($("gate-sound").checked) beep(look);
    if ($("gate-shake").checked && navigator.vibrate) navigator.vibrate(look === "yes" ? 60 : look === "no" ? [200, 80, 200] : [100, 60, 100]);
  }
  let audio = null;
  function beep(look) {
    try {
      audio = audio || new AudioContext();
      const o = audio.createOscillator(), g = audio.createGain(), now = audio.currentTime;
      o.frequency.value = look === "yes" ? 880 : look === "no" ? 220 : 440;
      g.gain.value = 0.2;
      o.connect(g).connect(audio.destination);
      o.start(now);
      o.stop(now + (look === "no" ? 0.45 : 0.15));
    } catch (e) { /* silent */ }
  }
  function facts() {
    $("gate-net").textContent = state.online ? words.online : words.offline;
    $("gate-net").className = "gate-net " + (state.online ? "on" : "off");
    $("gate-waiting").textContent = state.waiting ? say("waiting", { Count: state.waiting }) : words.none_waiting;
    $("gate-counted").textContent = say("counted", { Count: state.counted });
    const at = state.list && new Date(state.list.as_of).toLocaleString(doc.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    $("gate-asof").textContent = at ? say("as_of", { Time: at, Count: state.rows.size }) : words.never;
  }
  function fault(err) {
    result.className = "gate-result no";
    result.textContent = words.storage;
    if (window.console) console.info("door:", err && err.message);
  }

  // ---- with the forum
  async function use(list) {
    if (!list.part) { state.rows.clear(); state.words.clear(); state.revoked.clear(); }
    for (const row of list.rows) {
      const was = state.rows.get(row[0]);
      if (was && was[5]) state.words.delete(was[5]);
      state.rows.set(row[0], row);
      if (row[5]) state.words.set(row[5], row);
    }
    for (const r of list.revoked) state.revoked.add(r[0] + r[1]);
    const tag = bytesOf64(list.tag);
    state.key = await crypto.subtle.importKey("raw", bytesOf64(list.key), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    state.tag = tag;
    state.list = Object.assign({}, list, { rows: [], revoked: [] });
  }
  async function refresh() {
    try {
      const q = (state.list ? "since=" + state.list.version + "&" : "") + "waiting=" + state.waiting;
      const r = await fetch(BASE + "list.json?" + q, { credentials: "same-origin", headers: state.etag ? { "If-None-Match": state.etag } : {}, cache: "no-store" });
      state.online = true;
      if (r.status === 410) { await over(); return; }
      if (r.status === 304) { state.list.as_of = Date.now(); }
      else if (r.ok) {
        const list = await r.json();
        state.etag = r.headers.get("ETag") || "";
        await use(list);
        await put("list", Object.assign({}, state.list, { rows: [...state.rows.values()], revoked: [...state.revoked], part: false }));
      }
    } catch (err) { state.online = false; }
    facts();
  }
  async function send() {
    if (state.sending || !state.db) return;
    state.sending = true;
    try {
      for (;;) {
        const all = await tx("scans", "readonly", (t) => t.objectStore("scans").getAll(null, SEND));
        state.waiting = await tx("scans", "readonly", (t) => t.objectStore("scans").count());
        if (!all.length) break;
        const r = await fetch(BASE + "scans", {
          method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ now: Date.now(), mono: Math.round(performance.now()), page: state.page, waiting: state.waiting - all.length, scans: all }),
        });
        state.online = true;
        if (r.status === 410) { await over(); return; }
        if (!r.ok) break;
        const answer = await r.json();
        await tx("scans", "readwrite", (t) => { for (const a of answer.acks) t.objectStore("scans").delete(a.id); });
        state.waiting = await tx("scans", "readonly", (t) => t.objectStore("scans").count());
        if (!answer.acks.length) break;
      }
    } catch (err) { state.online = false; } finally { state.sending = false; }
    facts();
  }
  async function over() {
    stopCamera();
    await wipe();
    root.hidden = true;
    $("gate-over").hidden = false;
  }

  // ---- the camera
  let stream = null;
  function stopCamera() {
    if (stream) stream.getTracks().forEach((t) => t.stop());
    stream = null;
    $("gate-video").hidden = true;
    $("gate-camera").textContent = words.camera;
  }
  function script(src) {
    return new Promise((done, fail) => {
      const s = doc.createElement("script");
      s.src = src;
      s.onload = done;
      s.onerror = fail;
      doc.head.append(s);
    });
  }
  async function reader(video) {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const d = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => { const found = await d.detect(video); return found.length ? found[0].rawValue : ""; };
    }
    if (!window.jsQR) await script(root.dataset.reader);
    const canvas = doc.createElement("canvas"), g = canvas.getContext("2d", { willReadFrequently: true });
    return async () => {
      const k = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = video.videoWidth * k;
      canvas.height = video.videoHeight * k;
      if (!canvas.width) return "";
      g.drawImage(video, 0, 0, canvas.width, canvas.height);
      const found = window.jsQR(g.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" });
      return found ? found.data : "";
    };
  }
  async function camera() {
    if (stream) { stopCamera(); return; }
    const video = $("gate-video");
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      $("gate-camera").textContent = words.camera_off;
      const read = await reader(video);
      let last = "", at = 0;
      while (stream) {
        const text = await read();
        if (text && (text !== last || Date.now() - at > 3000)) { last = text; await take(text, "camera"); }
        if (text) at = Date.now();
        await new Promise((done) => setTimeout(done, 120));
      }
    } catch (err) {
      stopCamera();
      result.className = "gate-result maybe";
      result.textContent = words.no_camera;
    }
  }

  // ---- the beginning
  async function begin() {
    if (!window.crypto || !crypto.subtle || !crypto.randomUUID) { // a page that came without https
      result.className = "gate-result maybe";
      result.textContent = words.no_crypto;
      return;
    }
    state.db = await open();
    const kept = await get("list");
    if (kept) {
      if (Date.now() > kept.until) { await over(); return; }
      kept.revoked = kept.revoked.map((r) => [r, ""]);
      await use(kept);
    }
    await tx("seen", "readonly", (t) => {
      t.objectStore("seen").openCursor().onsuccess = (e) => {
        const c = e.target.result;
        if (c) { state.seen.set(c.key, c.value); c.continue(); }
      };
    });
    state.counted = state.seen.size;
    state.waiting = await tx("scans", "readonly", (t) => t.objectStore("scans").count());
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      const text = input.value;
      input.value = "";
      input.focus();
      take(text, "typed");
    });
    if (navigator.mediaDevices && navigator.mediaDevices.getUserMedia) {
      $("gate-camera").hidden = false;
      $("gate-camera").addEventListener("click", camera);
    }
    $("gate-choices").hidden = $("gate-facts").hidden = false;
    $("gate-forget").addEventListener("click", async () => {
      if (state.waiting && state.online) await send();
      if (window.confirm(state.waiting ? say("forget_waits", { Count: state.waiting }) : words.forget_sure)) await over();
    });
    window.addEventListener("online", () => { state.online = true; send().then(refresh); });
    window.addEventListener("offline", () => { state.online = false; facts(); });
    setInterval(() => { if (state.list && Date.now() > state.list.until) over(); else send(); }, 15000);
    setInterval(refresh, 60000);
    facts();
    await refresh();
    await send();
    root.dataset.ready = "1";
    if ("serviceWorker" in navigator && window.caches) {
      navigator.serviceWorker.register(BASE + "offline.js", { scope: BASE }).then(() => {
        const files = [BASE, root.dataset.reader, root.dataset.icons];
        doc.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]").forEach((e) => files.push(e.href || e.src));
        return caches.open("plenary " + location.origin + BASE).then((c) => c.addAll(files));
      }).then(() => { root.dataset.kept = "1"; }, () => { /* the tab works on while it is open */ });
    }
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  }
  begin().catch(fault);
})();
