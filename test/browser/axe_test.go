package browser

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed axe.min.js
var axe string

// finding is one rule of axe that a page breaks, and where.
type finding struct {
	Rule  string `json:"rule"`
	Says  string `json:"says"`
	Nodes []struct {
		Target, HTML, Why string
	} `json:"nodes"`
}

func (f finding) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s", f.Rule, f.Says)
	for i, n := range f.Nodes {
		if i == 4 {
			fmt.Fprintf(&s, "\n    … and %d more", len(f.Nodes)-i)
			break
		}
		fmt.Fprintf(&s, "\n    %s\n      %s\n      %s", n.Target, n.HTML, n.Why)
	}
	return s.String()
}

// examine runs axe in the page. The appearance changes colours only, so a second run
// asks only about those.
func (b *tab) examine(rules string) []finding {
	b.Helper()
	options := "{resultTypes: ['violations']}"
	if rules != "" {
		options = "{resultTypes: ['violations'], runOnly: {type: 'rule', values: ['" + rules + "']}}"
	}
	return eval[[]finding](b, `axe.run(document, `+options+`).then(r => r.violations.map(v => ({
		rule: v.id, says: v.help,
		nodes: v.nodes.map(n => ({target: n.target.join(" "), html: n.html.slice(0, 240), why: n.failureSummary.replace(/\s+/g, " ").slice(0, 300)})),
	})))`)
}

// measure is what is asked of every page without axe.
type measure struct {
	Headings  int
	Lang, Dir string
	Title     string
	Wide      []string
}

// tooWide lists what sticks out of a screen of that width; nothing does where the page
// does not scroll sideways.
const tooWide = `(() => {
	const root = document.documentElement, out = [];
	if (root.scrollWidth <= root.clientWidth + 1) return out;
	out.push("scrolls to " + root.scrollWidth + " in " + root.clientWidth);
	for (const e of document.querySelectorAll("body *")) {
		const r = e.getBoundingClientRect();
		if (e.checkVisibility() && r.width && (r.right > root.clientWidth + 1 || r.left < -1) && out.length < 6) {
			out.push(e.tagName.toLowerCase() + "." + e.className + " from " + Math.round(r.left) + " to " + Math.round(r.right) + ": " + e.textContent.trim().slice(0, 40));
		}
	}
	return out;
})()`

// TestAxe looks at every page in English and Arabic, light and dark, narrow and wide:
// axe finds nothing, nothing scrolls sideways down to 320 px, there is one heading of
// the page, language and direction are said, and the browser has nothing to complain
// about, blocked content included.
//
// With AXEPART=1/2 each page is looked at in one of the languages, with 0/2 in the other;
// with 0/4 to 3/4 in turn in English, in Arabic and twice not at all.
func TestAxe(t *testing.T) {
	turn, of := 0, 1
	if part := os.Getenv("AXEPART"); part != "" {
		if _, err := fmt.Sscanf(part, "%d/%d", &turn, &of); err != nil || of < 1 || of > 4 || turn < 0 || turn >= of {
			t.Fatalf("AXEPART=%s", part)
		}
	}
	s := serve(t)
	for _, role := range roles() {
		name := role
		if name == "" {
			name = "visitor"
		}
		mine := slices.DeleteFunc(slices.Clone(pages), func(p page) bool { return p.as != role })
		part := 0
		for list := range slices.Chunk(mine, 16) { // tabs side by side, none of which is long behind the others
			part++
			t.Run(fmt.Sprint(name, " ", part), func(t *testing.T) {
				t.Parallel()
				b := open(t, s.demo.URL)
				if role != "" {
					b.signIn(role)
				}
				for i, p := range list {
					for l, lang := range []string{"en", "ar"} {
						if (i+l)%of != turn {
							continue
						}
						t.Run(p.name+" "+lang, func(t *testing.T) {
							here := b.within(t)
							here.check(s, p, lang)
						})
					}
				}
			})
		}
	}
}

// TestMenus opens each menu of the header on all widths: it stands on the screen as a
// whole, axe finds nothing in it, and Escape closes it.
func TestMenus(t *testing.T) {
	s := serve(t)
	b := open(t, s.demo.URL)
	b.signIn("participant")
	for _, lang := range []string{"en", "ar"} {
		for _, width := range []int64{320, 390, 1440} {
			t.Run(fmt.Sprintf("%s %d", lang, width), func(t *testing.T) {
				b := b.within(t)
				b.appear(width, "light")
				b.look(s, page{path: sample + "/about"}, lang)
				b.do("load axe", chromedp.Evaluate(axe, nil))
				for i := range b.count("details.menu") {
					open := fmt.Sprintf(`(d => { d.open = true; d.querySelector("summary").focus(); return true })(document.querySelectorAll("details.menu")[%d])`, i)
					eval[bool](b, open)
					if n := b.count("details.menu[open]"); n != 1 {
						b.Errorf("%d menus are open", n)
					}
					out := eval[string](b, `(r => r.left < 0 || r.right > innerWidth ? [r.left, r.right].join(" to ") : "")(document.querySelector("details.menu[open] > :not(summary)").getBoundingClientRect())`)
					if wide := eval[[]string](b, tooWide); out != "" || len(wide) > 0 {
						b.Errorf("menu %d: stands from %q; %s", i, out, wide)
					}
					if !eval[bool](b, `(s => { const r = s.getBoundingClientRect(); return s.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)) })(document.querySelector("details.menu[open] > summary"))`) {
						b.Errorf("menu %d covers what closes it", i)
					}
					b.report(fmt.Sprintf("menu %d", i), b.examine(""))
					b.do("press Escape", chromedp.KeyEvent(kb.Escape))
					if n := b.count("details.menu[open]"); n != 0 {
						b.Error("Escape does not close the menu")
					}
				}
			})
		}
	}
}

// TestChecksBite spoils a page: each of the checks must notice.
func TestChecksBite(t *testing.T) {
	s := serve(t)
	b := open(t, s.demo.URL)
	b.appear(390, "light")
	b.look(s, page{path: "/about"}, "en")
	b.do("load axe", chromedp.Evaluate(axe, nil))
	if found := b.examine(""); len(found) > 0 {
		t.Fatal(found)
	}
	eval[bool](b, `(() => {
		const main = document.querySelector("main"), pale = document.createElement("p"), script = document.createElement("script");
		main.append(document.createElement("button"));
		pale.textContent = "Hardly to be seen";
		pale.style.color = "#eee";
		pale.style.inlineSize = "500px";
		script.textContent = "1";
		main.append(pale, script);
		return true;
	})()`)
	rules := map[string]bool{}
	for _, f := range b.examine("") {
		rules[f.Rule] = true
	}
	if !rules["button-name"] || !rules["color-contrast"] {
		t.Errorf("axe finds only %v", rules)
	}
	if out := eval[[]string](b, tooWide); len(out) < 2 {
		t.Errorf("what is too wide is not found: %v", out)
	}
	if lines := b.complaints(); len(lines) != 1 || !strings.Contains(lines[0], "Content Security Policy") {
		t.Errorf("an inline script makes the browser say %q", lines)
	}
}

// check looks at one page in one language.
func (b *tab) check(s *sites, p page, lang string) {
	b.Helper()
	b.appear(390, "light")
	b.complaints()
	b.look(s, p, lang)
	m := eval[measure](b, `({
		Headings: document.querySelectorAll("h1").length, Lang: document.documentElement.lang,
		Dir: document.documentElement.dir, Title: document.title,
	})`)
	dir := map[string]string{"en": "ltr", "ar": "rtl"}[lang]
	if m.Headings != 1 || m.Lang != lang || m.Dir != dir || m.Title == "" {
		b.Errorf("%d headings of first rank, lang %q, dir %q, title %q", m.Headings, m.Lang, m.Dir, m.Title)
	}
	b.do("load axe", chromedp.Evaluate(axe, nil))
	b.report("390 px, light", b.examine(""))
	b.appear(390, "dark")
	b.report("390 px, dark", b.examine("color-contrast"))
	for _, width := range []int64{390, 320} {
		b.appear(width, "light")
		if out := eval[[]string](b, tooWide); len(out) > 0 {
			b.Errorf("%d px: %s", width, strings.Join(out, "\n    "))
		}
	}
	b.appear(1440, "light")
	if out := eval[[]string](b, tooWide); len(out) > 0 {
		b.Errorf("1440 px: %s", strings.Join(out, "\n    "))
	}
	// What is folded away is part of the page too; menus cover what is under them.
	eval[bool](b, `(document.querySelectorAll("main details").forEach(d => d.open = true), true)`)
	b.report("1440 px, light", b.examine(""))
	b.appear(1440, "dark")
	b.report("1440 px, dark", b.examine("color-contrast"))
	for _, line := range b.complaints() {
		b.Error("the browser complains:", line)
	}
}

func (b *tab) report(what string, found []finding) {
	b.Helper()
	for _, f := range found {
		b.Errorf("%s: %s", what, f)
	}
}
