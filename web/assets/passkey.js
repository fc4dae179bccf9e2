// Passkeys: a form whose last fields the browser fills in, by asking the person for one.
// Without this, or in a browser that knows none, the form is not seen and the page says so.
(function () {
  "use strict";
  var doc = document;

  function bytes(s) {
    s = s.replace(/-/g, "+").replace(/_/g, "/");
    var raw = atob(s), out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
    return out.buffer;
  }
  function text(buffer) {
    var raw = "", b = new Uint8Array(buffer);
    for (var i = 0; i < b.length; i++) raw += String.fromCharCode(b[i]);
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // What the server asks for, as the browser wants it.
  function asked(o) {
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (k) {
      (o[k] || []).forEach(function (c) { c.id = bytes(c.id); });
    });
    return o;
  }

  // What the browser answers, as the server reads it.
  function answer(c) {
    var r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) {
      out.attestationObject = text(r.attestationObject);
      if (r.getTransports) out.transports = r.getTransports();
    } else {
      out.authenticatorData = text(r.authenticatorData);
      out.signature = text(r.signature);
      if (r.userHandle) out.userHandle = text(r.userHandle);
    }
    var all = { id: c.id, rawId: text(c.rawId), type: c.type, response: out, clientExtensionResults: c.getClientExtensionResults() };
    if (c.authenticatorAttachment) all.authenticatorAttachment = c.authenticatorAttachment;
    return JSON.stringify(all);
  }

  function hidden(form, name, value) {
    var f = form.elements[name];
    if (!f) { f = doc.createElement("input"); f.type = "hidden"; f.name = name; form.append(f); }
    f.value = value;
  }

  doc.querySelectorAll("[data-passkey]").forEach(function (box) {
    var form = box.querySelector("form"), line = box.querySelector("[role=status]"), words = box.dataset;
    function say(s) { line.textContent = s; line.hidden = !s; }
    if (!window.PublicKeyCredential || !navigator.credentials || !window.fetch) {
      say(words.old);
      return;
    }
    form.hidden = false;
    say("");
    var busy = false;
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      if (busy) return;
      var name = form.elements.name;
      if (name && !name.value.trim()) { HTMLFormElement.prototype.submit.call(form); return; } // the server says what is missing
      busy = true;
      say(words.wait);
      var token = "";
      fetch(words.begin, { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" }).then(function (r) {
        return r.json().catch(function () { return {}; }).then(function (v) {
          if (!r.ok || !v.options) throw { told: v.error || words.failed };
          token = v.token;
          var o = { publicKey: asked(v.options.publicKey) };
          return words.passkey === "add" ? navigator.credentials.create(o) : navigator.credentials.get(o);
        });
      }).then(function (c) {
        hidden(form, "token", token);
        hidden(form, "credential", answer(c));
        HTMLFormElement.prototype.submit.call(form);
      }).catch(function (err) {
        busy = false;
        var known = { NotAllowedError: words.cancelled, AbortError: words.cancelled, InvalidStateError: words.known };
        say(err && err.told || err && known[err.name] || words.failed);
      });
    });
  });
})();
