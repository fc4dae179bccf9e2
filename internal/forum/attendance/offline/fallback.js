// The page to fall back on: it opens the addresses of a day's sessions with the reader's code.
// It asks nobody but the place where it lies itself. data.js holds what is sealed, keys-*.js
// the key of the day wrapped for each code.
(function () {
  "use strict";
  var doc = document, data = null, waiting = {};
  var form = doc.querySelector("form"), field = doc.getElementById("code"), say = doc.getElementById("say");
  var words = form.dataset;

  window.plenaryData = function (d) { data = d; };
  window.plenaryKeys = function (keys) { waiting.keys = keys; };

  function load(name) {
    return new Promise(function (done, failed) {
      var s = doc.createElement("script");
      s.src = name;
      s.onload = done;
      s.onerror = failed;
      doc.head.appendChild(s);
    });
  }
  function bytes(b64) { return Uint8Array.from(atob(b64), function (ch) { return ch.charCodeAt(0); }); }
  function utf8(text) { return new TextEncoder().encode(text); }
  function hex(buffer) {
    return Array.from(new Uint8Array(buffer)).map(function (b) { return (b < 16 ? "0" : "") + b.toString(16); }).join("");
  }
  // Figures that look like letters are taken for them: a code has none of the former.
  function plain(typed) {
    return typed.toUpperCase().replace(/0/g, "O").replace(/1/g, "I").replace(/8/g, "B").replace(/[^A-Z2-7]/g, "");
  }
  function tell(text) { say.textContent = text; }

  async function open(key, box, about) {
    var all = bytes(box);
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: all.subarray(0, 12), additionalData: utf8(about) }, key, all.subarray(12));
  }

  async function dayKey(code) {
    var salt = bytes(data.salt);
    var mac = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    var at = hex(await crypto.subtle.sign("HMAC", mac, utf8("plenary fallback lookup|" + code))).slice(0, 12);
    await load("keys-" + at.slice(0, data.prefix) + ".js");
    var wrapped = waiting.keys && waiting.keys[at];
    if (!wrapped) return null;
    var base = await crypto.subtle.importKey("raw", utf8(code), "HKDF", false, ["deriveKey"]);
    var wrap = await crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: salt, info: utf8("plenary fallback wrap") },
      base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    return crypto.subtle.importKey("raw", await open(wrap, wrapped, at), "AES-GCM", false, ["decrypt"]);
  }

  async function show(code) {
    var key = await dayKey(code);
    if (!key) { tell(words.wrong); field.setAttribute("aria-invalid", "true"); field.focus(); return; }
    field.removeAttribute("aria-invalid");
    for (var el of doc.querySelectorAll("[data-ref]")) {
      var box = data.places[el.dataset.ref];
      if (!box) continue;
      var place = JSON.parse(new TextDecoder().decode(await open(key, box, el.dataset.ref)));
      el.textContent = "";
      var a = doc.createElement("a");
      if (/^https:/.test(place.url)) a.href = place.url;
      a.rel = "noopener noreferrer";
      a.textContent = words.join;
      el.appendChild(a);
      [place.dial_in, place.note].forEach(function (text) {
        if (!text) return;
        var p = doc.createElement("p");
        p.dir = "auto";
        p.textContent = text;
        el.appendChild(p);
      });
    }
    tell(words.opened);
  }

  form.addEventListener("submit", function (e) {
    e.preventDefault();
    if (!window.crypto || !crypto.subtle) { tell(words.insecure); return; }
    tell(words.busy);
    (data ? Promise.resolve() : load("data.js")).then(function () { return show(plain(field.value)); })
      .catch(function () { tell(words.failed); });
  });

  doc.querySelectorAll("[data-start]").forEach(function (el) {
    try {
      el.textContent = el.dataset.words.replace("{time}", new Intl.DateTimeFormat(doc.documentElement.lang,
        { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(el.dataset.start)));
    } catch (e) { /* the venue's time stands */ }
  });

  form.hidden = false;
  doc.getElementById("no-script").remove();
  var code = decodeURIComponent(location.hash.slice(1));
  if (code) {
    field.value = code;
    history.replaceState(null, "", location.pathname + location.search); // it is not left in the bar
    form.requestSubmit();
  }
})();
