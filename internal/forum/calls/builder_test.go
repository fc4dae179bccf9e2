package calls_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/forum/calls"
)

func (h *house) questions(c calls.Call) (keys []string) {
	h.t.Helper()
	f, err := h.Form(h.t.Context(), c, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, q := range f.Form.Questions() {
		keys = append(keys, q.Key)
	}
	return keys
}

// A form is built by pages: sections, questions, choices, conditions, translations; what
// does not fit is refused and the form stays. E054
func TestBuilder(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.add(func(in *calls.Input) { in.Kind = calls.ThematicInput })
		base := c.Path() + "/form"
		press := func(do, at string) (int, *goquery.Document) {
			t.Helper()
			version := h.page("staff", base).Find(`main input[name=version]`).First().AttrOr("value", "")
			code, body, _ := h.send("staff", http.MethodPost, base, url.Values{"version": {version}, "do": {do}, "at": {at}})
			return code, h.read(base, body)
		}
		order := func(want string) {
			t.Helper()
			if got := strings.Join(h.questions(c), " "); got != want {
				t.Errorf("questions\n%s, want\n%s", got, want)
			}
		}
		order("issue why tags goals uptake sources organisation group")
		for _, p := range [][2]string{{"down", "why"}, {"double", "goals"}, {"up", "organisation"}, {"remove", "sources"}, {"section-down", "0"}} {
			if code, doc := press(p[0], p[1]); code != http.StatusSeeOther {
				t.Errorf("%v: %d %s", p, code, text(doc.Find(".notice")))
			}
		}
		order("group issue tags why goals goals_2 uptake organisation")
		for _, p := range [][2]string{{"remove", "issue"}, {"section-remove", "1"}} {
			if code, doc := press(p[0], p[1]); code != http.StatusUnprocessableEntity || !strings.Contains(text(doc.Find(".notice.error")), "One question must ask for the title.") {
				t.Errorf("%v: %d %s", p, code, text(doc.Find(".notice")))
			}
		}
		for _, p := range [][2]string{{"up", "nobody"}, {"section-up", "-4"}, {"section-remove", "99"}, {"dance", "issue"}} {
			if code, _ := press(p[0], p[1]); code != http.StatusSeeOther {
				t.Errorf("%v does nothing: %d", p, code)
			}
		}
		order("group issue tags why goals goals_2 uptake organisation")
		code, _, _ := h.send("staff", http.MethodPost, base, url.Values{"version": {"1"}, "do": {"remove"}, "at": {"tags"}})
		if code != http.StatusConflict {
			t.Errorf("an old page: %d", code)
		}
		if code, doc, _ := h.fill("staff", base+"/section", map[string]string{"help.By[en]": "Typed."}); code != http.StatusUnprocessableEntity || text(doc.Find("#f-title-error")) == "" || !strings.Contains(text(doc.Find("textarea")), "Typed.") {
			t.Errorf("a section without a title: %d", code)
		}
		h.must("staff", base+"/section", map[string]string{"title.By[en]": "Follow-up", "title.By[fr]": "Suite"})
		to := h.must("staff", base+"/question?section=2", map[string]string{
			"label.By[en]": "Which format?", "label.By[ar]": "أي شكل؟", "kind": "choice", "options.By[en]": "panel = Panel\nRound table\nother = Other", "options.By[fr]": "panel = Table ronde",
		})
		if to != base+"#q-which_format" {
			t.Errorf("it stands at %s", to)
		}
		h.must("staff", base+"/question?section=2", map[string]string{
			"label.By[en]": "Why another one?", "key": "why_other", "kind": "area", "max_words": "50", "if": "which_format", "in": "other", "required": "true",
		})
		f, err := h.Form(t.Context(), c, 0)
		if err != nil {
			t.Fatal(err)
		}
		q, _ := f.Form.Question("which_format")
		if len(q.Options) != 3 || q.Options[1].Code != "round-table" || q.Options[0].Label.By["fr"] != "Table ronde" || q.Label.By["ar"] == "" || f.Form.Sections[2].Title.By["fr"] != "Suite" {
			t.Errorf("the question: %+v", q)
		}
		for name, tc := range map[string]struct {
			values map[string]string
			field  string
		}{
			"no words":         {map[string]string{"label.By[en]": ""}, "#f-label-error"},
			"no choices":       {map[string]string{"options.By[en]": "", "options.By[fr]": ""}, "#f-options-error"},
			"a strange code":   {map[string]string{"options.By[en]": "A B = x"}, "#f-options-error"},
			"a lost language":  {map[string]string{"options.By[fr]": "circus = Cirque"}, "#f-options-error"},
			"a wrong meaning":  {map[string]string{"means": "speaker"}, "#f-means-error"},
			"a number":         {map[string]string{"min": "many"}, "#f-min-error"},
			"a condition":      {map[string]string{"if": "tags", "in": "x"}, "#f-in-error"},
			"what hangs on it": {map[string]string{"options.By[en]": "panel = Panel"}, "#f-label-error"},
			"a section":        {map[string]string{"section": "9"}, "#f-section-error"},
		} {
			code, doc, _ := h.fill("staff", base+"/question?key=which_format", tc.values)
			if code != http.StatusUnprocessableEntity || text(doc.Find(tc.field)) == "" {
				t.Errorf("%s: %d %s", name, code, text(doc.Find(".problem, .notice")))
			}
		}
		// Two at once: the second sees what the first has saved, and loses nothing.
		old := h.typed(h.page("staff", base+"/question?key=why_other"), map[string]string{"help.By[en]": "Typed second."})
		h.must("staff", base+"/question?key=why_other", map[string]string{"label.By[en]": "Saved first?"})
		code, body, _ := h.send("staff", http.MethodPost, base+"/question?key=why_other", old)
		doc := h.read(base, body)
		if code != http.StatusConflict || !strings.Contains(text(doc.Find(".notice")), "Saved first?") || !strings.Contains(body, "Typed second.") {
			t.Errorf("stale: %d %s", code, text(doc.Find(".notice")))
		}
		if code, body, _ = h.send("staff", http.MethodPost, base+"/question?key=why_other", h.typed(doc, nil)); code != http.StatusSeeOther {
			t.Errorf("sent again: %d %s", code, text(h.read(base, body).Find(".problem")))
		}
		if code, doc := press("remove", "which_format"); code != http.StatusUnprocessableEntity || !strings.Contains(text(doc.Find(".notice")), "condition") {
			t.Errorf("a question on which another hangs: %d", code)
		}

		doc = h.page("staff", base+"/preview")
		if got := doc.Find(`[data-if="a.which_format=other"]`); got.Length() != 1 || got.Find("textarea").AttrOr("name", "") != "a.why_other" || got.Find(`.count[data-unit=word]`).AttrOr("data-max", "") != "50" {
			t.Errorf("the preview: %d", got.Length())
		}
		if got := strings.Join(doc.Find(".form > .part h2").Map(func(_ int, s *goquery.Selection) string { return text(s) }), "|"); got != "Who you are|The issue|Follow-up" {
			t.Errorf("parts: %s", got)
		}
		if got := text(h.page("staff", base).Find(".panel")); !strings.Contains(got, "Which format?") || !strings.Contains(got, "Questions no longer asked Earlier Messages") {
			t.Errorf("what changed: %s", got)
		}
		version := h.page("staff", base).Find(`form[action$="/publish"] input[name=version]`).AttrOr("value", "")
		if code, _, _ = h.send("staff", http.MethodPost, base+"/publish", url.Values{"version": {"1"}}); code != http.StatusConflict {
			t.Errorf("an old form is published: %d", code)
		}
		if code, _, _ = h.send("staff", http.MethodPost, base+"/publish", url.Values{"version": {version}}); code != http.StatusSeeOther {
			t.Errorf("publish: %d", code)
		}
		if got := text(h.page("", c.Path()).Find("main")); !strings.Contains(got, "Follow-up Which format?") {
			t.Error("readers see the new question")
		}
	})
}

// A form goes out as JSON and comes back the same; what is no form is refused, with where.
func TestImport(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		a, b := h.add(), h.add(func(in *calls.Input) { in.Kind = calls.Art })
		code, out, head := h.send("staff", http.MethodGet, a.Path()+"/form.json", nil)
		if code != http.StatusOK || !strings.Contains(head.Get("Content-Disposition"), "2023-workshop-form.json") {
			t.Fatalf("%d %v", code, head)
		}
		for name, bad := range map[string]string{
			"nothing": " ", "words": "hello", "a list": "[]", "two": out + out, "another thing": `{"sections":[],"colour":"red"}`, "empty": `{"sections":[]}`,
			"a broken one": strings.Replace(out, `"kind": "area"`, `"kind": "feeling"`, 1),
		} {
			code, doc, _ := h.fill("staff", b.Path()+"/form/import", map[string]string{"json": bad})
			if code != http.StatusUnprocessableEntity || text(doc.Find("#f-json-error")) == "" {
				t.Errorf("%s: %d %s", name, code, text(doc.Find(".problem")))
			}
			if name == "a broken one" && !strings.Contains(text(doc.Find(".notice")), "sections[0].questions[1].kind") {
				t.Errorf("it does not say where: %s", text(doc.Find(".problem")))
			}
		}
		old := h.typed(h.page("staff", b.Path()+"/form/import"), map[string]string{"json": out})
		h.must("staff", b.Path()+"/form/import", map[string]string{"json": out})
		if _, again := h.get("staff", b.Path()+"/form.json"); again != out {
			t.Error("it came back as another")
		}
		if code, body, _ := h.send("staff", http.MethodPost, b.Path()+"/form/import", old); code != http.StatusConflict || !strings.Contains(body, "hybrid_tools") {
			t.Errorf("stale: %d", code)
		}
	})
}
