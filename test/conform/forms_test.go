package conform

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// A form with one thing missing comes back as it was filled in, and says what is missing.
func TestFormsComeBack(t *testing.T) {
	s := site.Demo(t, testkit.SQLite(t))
	tried := map[string]bool{}
	for _, role := range []string{"secretariat", "admin", "editor", "participant"} {
		r := s.As(t, role)
		walkAs(r, map[string]bool{}, func(path string, p *site.Page) {
			p.Find("main form[method=post]").Each(func(_ int, f *goquery.Selection) {
				to := f.AttrOr("action", path)
				shape := shapeOf(to)
				sent, missing := fillIn(f)
				if tried[shape] || missing == "" || f.AttrOr("enctype", "") == "multipart/form-data" {
					return
				}
				tried[shape] = true
				back := r.Post(to, sent)
				if back.Status != http.StatusUnprocessableEntity {
					t.Errorf("%s: %s without %s: %d", role, to, missing, back.Status)
					return
				}
				again := back.Find("main form[method=post]").FilterFunction(func(_ int, x *goquery.Selection) bool { return x.Find(named(missing)).Length() > 0 }).First()
				if again.Find("[aria-invalid=true]").Length() == 0 {
					t.Errorf("%s: %s without %s marks no field", role, to, missing)
				}
				stands := standing(again)
				for name, want := range sent {
					if have := stands[name]; name != "version" && !slices.Equal(lines(want), lines(have)) {
						t.Errorf("%s: %s: of %s, %.80q, comes back %.80q", role, to, name, want, have)
					}
				}
			})
		})
	}
	if t.Logf("%d forms", len(tried)); len(tried) < 80 {
		t.Errorf("only %d forms were tried", len(tried))
	}
}

func named(name string) string { return fmt.Sprintf("[name=%q]", name) }

// lines are values without how lines end and what stands around them.
func lines(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(strings.ReplaceAll(v, "\r", "")); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// kindOf is what a control of a form is.
func kindOf(x *goquery.Selection) string {
	if name := goquery.NodeName(x); name != "input" {
		return name
	}
	return x.AttrOr("type", "text")
}

// fillIn is something in each field of a form but the first text that must not be missing,
// "" if there is none or nothing beside it: all that can be ticked and the last of each choice.
func fillIn(f *goquery.Selection) (sent url.Values, missing string) {
	sent = url.Values{}
	shown := 0
	f.Find("input[name],textarea[name],select[name]").Not("[disabled]").Each(func(i int, x *goquery.Selection) {
		name, kind := x.AttrOr("name", ""), kindOf(x)
		shown++
		switch kind {
		case "hidden":
			shown--
			sent.Add(name, x.AttrOr("value", ""))
		case "checkbox":
			sent.Add(name, x.AttrOr("value", "on"))
		case "radio":
			sent.Set(name, x.AttrOr("value", ""))
		case "select":
			sent.Add(name, x.Find("option").Last().AttrOr("value", ""))
		case "date":
			sent.Add(name, "2026-10-21")
		case "time":
			sent.Add(name, "10:00")
		case "datetime-local":
			sent.Add(name, "2026-10-21T10:00")
		case "number":
			sent.Add(name, x.AttrOr("min", "1"))
		case "url":
			sent.Add(name, "https://example.org/form")
		case "email":
			sent.Add(name, "form@example.org")
		case "text", "search", "tel", "textarea":
			text, languages, _ := strings.Cut(name, ".By[")
			_, required := x.Attr("required")
			if required && missing == "" {
				missing = name
			}
			if first, _, _ := strings.Cut(missing, ".By["); missing == name || languages != "" && first == text {
				sent.Add(name, "")
			} else {
				sent.Add(name, fmt.Sprintf("Words %d", i))
			}
		}
	})
	if shown < 2 {
		missing = ""
	}
	return sent, missing
}

// standing is what stands in a form.
func standing(f *goquery.Selection) url.Values {
	out := url.Values{}
	f.Find("input[name],textarea[name],select[name]").Each(func(_ int, x *goquery.Selection) {
		name := x.AttrOr("name", "")
		_, checked := x.Attr("checked")
		switch kindOf(x) {
		case "textarea":
			out.Add(name, x.Text())
		case "select":
			out.Add(name, x.Find("option[selected]").Last().AttrOr("value", ""))
		case "checkbox", "radio":
			if checked {
				out.Add(name, x.AttrOr("value", "on"))
			}
		default:
			out.Add(name, x.AttrOr("value", ""))
		}
	})
	return out
}
