// Words selected in a text under review go into the comment: on the page of the text into
// the address of the form, on the form into its field. Without it one copies the words.
(function () {
  "use strict";
  var doc = document;
  var review = doc.querySelector("[data-review]"), quote = doc.getElementById("f-quote");
  var words = doc.querySelector("[data-words]");
  if (!review && !(quote && words)) return;

  // What is selected, if it begins and ends in the same element.
  function selected(inside) {
    var s = doc.getSelection();
    if (!s || s.isCollapsed || !s.rangeCount) return null;
    var range = s.getRangeAt(0), at = range.commonAncestorContainer;
    if (at.nodeType !== 1) at = at.parentNode;
    at = at.closest(inside);
    var text = s.toString().replace(/\s+/g, " ").trim();
    return at && text ? { at: at, text: text.slice(0, 450) } : null;
  }

  var marked = null;
  doc.addEventListener("selectionchange", function () {
    if (words && quote) {
      var w = selected("[data-words]");
      if (w) quote.value = w.text;
      return;
    }
    var s = selected("[data-review] .para"), link = s && s.at.querySelector("a[data-comment]");
    if (marked && marked !== link) {
      marked.href = marked.dataset.href;
      marked.textContent = marked.dataset.label;
      marked = null;
    }
    if (!link) return;
    if (!link.dataset.href) {
      link.dataset.href = link.getAttribute("href");
      link.dataset.label = link.textContent;
    }
    link.href = link.dataset.href + "&quote=" + encodeURIComponent(s.text);
    link.textContent = review.dataset.wordsLabel;
    marked = link;
  });
})();
