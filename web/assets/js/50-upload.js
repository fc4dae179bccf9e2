// A file that takes long to send tells how far it is. Without this the browser does so
// in its own way.
(function () {
  "use strict";
  var form = document.querySelector("form[data-largest]");
  if (!form || !window.FormData) return;
  var field = form.querySelector("input[type=file]"), button = form.querySelector("button");
  var line = form.querySelector("[data-sent]"), bar = form.querySelector("progress");

  function say(text) { line.hidden = false; line.textContent = text; }
  function rest() { button.disabled = false; bar.hidden = true; }

  // What the server says against a file is its page; the form of this one goes on.
  function refused(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var notice = page.querySelector("main .notice.error, main .notice.warning") || page.querySelector("main");
    if (!notice) { say(line.dataset.failed); return; }
    var old = form.querySelector(".notice");
    if (old) old.remove();
    notice = document.importNode(notice, true);
    form.insertBefore(notice, form.firstChild);
    notice.tabIndex = -1;
    notice.focus();
    line.hidden = true;
  }

  form.addEventListener("submit", function (e) {
    var file = field.files[0], told = 0;
    if (!file) return;
    e.preventDefault();
    if (file.size > +form.dataset.largest) { say(line.dataset.large); field.focus(); return; }
    var request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Script", "1");
    request.upload.onprogress = function (p) {
      var percent = p.total ? Math.floor(100 * p.loaded / p.total) : 0;
      bar.value = percent;
      if (percent < told && percent) return; // who listens is told at each tenth
      told = percent + 10;
      say(line.dataset.sent.replace("{percent}", percent));
    };
    request.onload = function () {
      var to = request.getResponseHeader("Location");
      if (request.status === 204 && to) { location.assign(to); return; }
      rest();
      refused(request.responseText);
    };
    request.onerror = function () { rest(); say(line.dataset.failed); };
    button.disabled = true;
    bar.value = 0;
    bar.hidden = false;
    request.send(new FormData(form));
  });
})();
