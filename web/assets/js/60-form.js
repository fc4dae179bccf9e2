// Long forms made of questions: those whose condition does not hold are out of the way,
// and words are counted as one types. What is hidden is still sent; the server decides
// what it asks.
(function () {
  "use strict";
  var doc = document;

  // As the server counts: two signs of a script without blanks between words are one word.
  var signs = null;
  try {
    signs = new RegExp("[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}]", "gu");
  } catch (e) { /* an old browser counts what stands between blanks */ }
  function words(s) {
    var n = 0, own = 0;
    s.split(/\s+/).forEach(function (w) {
      if (!w) return;
      var m = signs && w.match(signs);
      if (m) own += m.length; else n++;
    });
    return n + Math.floor((own + 1) / 2);
  }

  doc.querySelectorAll("[data-count][data-unit=word]").forEach(function (p) {
    var field = doc.getElementById(p.dataset.count);
    if (!field) return;
    var template = p.textContent, max = +p.dataset.max;
    function show() {
      var n = words(field.value);
      p.textContent = n ? n + " / " + max : template;
      p.classList.toggle("over", n > max);
    }
    field.addEventListener("input", show);
    if (field.value) show();
  });

  // What a question is answered with: codes, or any words. Rows are one question.
  function given(form, name) {
    var out = [];
    Array.prototype.forEach.call(form.elements, function (f) {
      if (f.name !== name && f.name.indexOf(name + "[") !== 0 || f.type === "hidden" || f.closest("[hidden]")) return;
      if (f.type === "checkbox" || f.type === "radio") { if (f.checked) out.push(f.value); return; }
      if (f.value && f.value.trim()) out.push(f.value);
    });
    return out;
  }

  function holds(form, condition) {
    var at = condition.indexOf("="), have = given(form, condition.slice(0, at)), want = condition.slice(at + 1);
    if (!have.length) return false;
    return !want || want.split("|").some(function (code) { return have.indexOf(code) >= 0; });
  }

  doc.querySelectorAll("form").forEach(function (form) {
    var asked = form.querySelectorAll("[data-if]");
    if (!asked.length) return;
    function show() { // in their order: a condition hangs on an earlier question
      asked.forEach(function (box) { box.hidden = !box.classList.contains("bad") && !holds(form, box.dataset.if); });
    }
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  });
})();
