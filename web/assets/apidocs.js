// "Try it" of the API's documentation: sends the call and shows what came back. Without
// script the example for curl does the same.
(function () {
  "use strict";
  document.querySelectorAll("details.try").forEach(function (box) {
    var form = box.querySelector("form[data-try]"), out = box.querySelector(".try-answer");
    if (!form || !window.fetch) return;
    box.hidden = false;
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      var path = form.dataset.try, head = { "Accept-Language": document.documentElement.lang };
      form.querySelectorAll("[data-part]").forEach(function (input) {
        path = path.replace("{" + input.dataset.part + "}", encodeURIComponent(input.value));
      });
      var query = form.querySelector("[data-query]"), body = form.querySelector("[data-body]"), token = form.querySelector("[data-token]").value.trim();
      if (query && query.value) path += "?" + query.value.replace(/^\?/, "");
      var call = { method: form.dataset.method, headers: head, credentials: token ? "omit" : "same-origin", cache: "no-store" };
      if (token) head.Authorization = "Bearer " + token;
      if (body) { head["Content-Type"] = "application/json"; call.body = body.value; }
      fetch(path, call).then(function (r) {
        return r.text().then(function (text) { show(r.status + " " + r.statusText, r.headers, text); });
      }).catch(function () { show(form.dataset.failed, null, ""); });
    });

    function show(status, headers, text) {
      var lines = [];
      if (headers) headers.forEach(function (v, k) { lines.push(k + ": " + v); });
      try { text = JSON.stringify(JSON.parse(text), null, 2); } catch (_) { /* it is no JSON */ }
      out.querySelector("[data-status]").textContent = status;
      out.querySelector("[data-headers]").textContent = lines.join("\n");
      out.querySelector("[data-answer]").textContent = text;
      out.hidden = false;
    }
  });
})();
