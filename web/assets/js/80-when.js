// What a date, a time and a zone mean in other clocks, told while they are typed. Without
// this a button of the form does the same.
(function () {
  "use strict";
  var box = document.querySelector("[data-when]");
  if (!box || !window.fetch || !window.URLSearchParams) return;
  var form = box.closest("main").querySelector("form.form");
  if (!form) return;
  var names = ["day", "time", "minutes", "zone", "twice"], waits = 0, last = "";

  function asked() {
    var q = new URLSearchParams();
    names.forEach(function (name) {
      var fields = form.elements[name];
      if (fields && fields.value) q.set(name, fields.value);
    });
    return q.toString();
  }

  function show() {
    var q = asked();
    if (q === last) return;
    last = q;
    var url = box.dataset.when;
    fetch(url + (url.indexOf("?") < 0 ? "?" : "&") + q, { credentials: "same-origin" }).then(function (r) {
      return r.ok ? r.text() : null;
    }).then(function (text) {
      if (text !== null && q === last) box.innerHTML = text;
    }).catch(function () { /* the button still works */ });
  }

  last = asked();
  form.addEventListener("input", function (e) {
    if (names.indexOf(e.target.name) < 0) return;
    clearTimeout(waits);
    waits = setTimeout(show, 400);
  });
})();
