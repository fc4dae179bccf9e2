// Tells the page that shows this one in a frame how high it is.
(function () {
  "use strict";
  if (window.parent === window) return;
  var last = 0;
  function tell() {
    var h = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (h === last) return;
    last = h;
    window.parent.postMessage({ plenary: "height", height: h }, "*"); // a height is no secret
  }
  if (window.ResizeObserver) new ResizeObserver(tell).observe(document.documentElement);
  window.addEventListener("load", tell);
  tell();
})();
