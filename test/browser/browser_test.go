// Package browser holds what only a browser can show: the main journeys by hand, with
// and without script, and every page looked at by axe, in two languages, two widths and
// two appearances.
package browser

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"plenary/internal/testkit"
)

// chrome is the one browser process of all tests; each tab has cookies of its own.
var chrome struct {
	sync.Once
	ctx   context.Context
	close []context.CancelFunc
	err   error
}

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(chrome.close) - 1; i >= 0; i-- {
		chrome.close[i]()
	}
	os.Exit(code)
}

func process(t *testing.T) context.Context {
	t.Helper()
	path := testkit.Chromium(t)
	chrome.Do(func() {
		alloc, stop := chromedp.NewExecAllocator(context.Background(),
			chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
			chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			chromedp.Flag("disable-extensions", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-features", "Translate"),
			chromedp.Flag("disable-renderer-backgrounding", true), chromedp.Flag("disable-background-timer-throttling", true),
			chromedp.Flag("lang", "en-GB"), chromedp.Env("TZ=Europe/Lisbon", "LANGUAGE=en"),
		)
		ctx, quit := chromedp.NewContext(alloc)
		chrome.ctx, chrome.close = ctx, []context.CancelFunc{stop, quit} //nolint:fatcontext // one browser for all tests, made once
		chrome.err = chromedp.Run(ctx)
	})
	if chrome.err != nil {
		t.Fatal("start the browser:", chrome.err)
	}
	return chrome.ctx
}

// tab is one page of the browser, with its own cookies.
type tab struct {
	*testing.T
	ctx    context.Context
	base   string
	status int64 // of the last page
	noise  *noise
}

// noise is what the browser complained about.
type noise struct {
	sync.Mutex
	lines []string
}

// within is the same tab in a subtest.
func (b *tab) within(t *testing.T) *tab {
	c := *b
	c.T = t
	return &c
}

// open makes a tab on a site.
func open(t *testing.T, base string) *tab {
	t.Helper()
	parent := process(t)
	program := cdp.WithExecutor(parent, chromedp.FromContext(parent).Browser)
	jar, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(program)
	if err != nil {
		t.Fatal("make cookies of its own:", err)
	}
	// A window: a browser without a screen has none yet for these cookies.
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).Do(program)
	if err != nil {
		t.Fatal("open a tab:", err)
	}
	ctx, stop := chromedp.NewContext(parent, chromedp.WithTargetID(id))
	t.Cleanup(func() {
		stop()
		if err := target.DisposeBrowserContext(jar).Do(program); err != nil {
			t.Error("close a tab:", err)
		}
	})
	b := &tab{T: t, ctx: ctx, base: base, noise: &noise{}}
	chromedp.ListenTarget(ctx, b.listen)
	if err := chromedp.Run(ctx); err != nil { // the tab lives as long as the context of its first call
		t.Fatal("open a tab:", err)
	}
	b.appear(1440, "light")
	return b
}

// listen keeps what the browser complains about: errors of scripts, blocked content,
// files that are not there.
func (b *tab) listen(ev any) {
	var line string
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		line = "exception: " + e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			line = "console:"
			for _, a := range e.Args {
				line += " " + string(a.Value) + a.Description
			}
		}
	case *log.EventEntryAdded:
		// The answer 404 or 422 of a page itself is no defect of it.
		own := e.Entry.Source == log.SourceNetwork && !strings.Contains(e.Entry.URL, "/assets/")
		if e.Entry.Level == log.LevelError && !own {
			line = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if line != "" {
		b.noise.Lock()
		b.noise.lines = append(b.noise.lines, line)
		b.noise.Unlock()
	}
}

// complaints gives what the browser complained about since the last call.
func (b *tab) complaints() []string {
	b.noise.Lock()
	defer b.noise.Unlock()
	out := b.noise.lines
	b.noise.lines = nil
	return out
}

const patience = 30 * time.Second

// do runs actions and ends the test where they fail.
func (b *tab) do(what string, actions ...chromedp.Action) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Run(ctx, actions...); err != nil {
		b.Fatalf("%s on %s: %v", what, b.address(), err)
	}
}

// load runs actions that end in another page and waits until that is there.
func (b *tab) load(what string, actions ...chromedp.Action) {
	b.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	res, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		b.Fatalf("%s on %s: %v", what, b.address(), err)
	}
	b.status = 0
	if res != nil {
		b.status = res.Status
	}
}

// visit opens an address of the site.
func (b *tab) visit(path string) {
	b.Helper()
	b.load("visit "+path, chromedp.Navigate(b.base+path))
}

// must ends the test unless the page answered so.
func (b *tab) must(status int64) {
	b.Helper()
	if b.status != status {
		b.Fatalf("%s answered %d, want %d: %s", b.address(), b.status, status, b.text("main"))
	}
}

func (b *tab) address() string {
	var at string
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Run(ctx, chromedp.Location(&at)); err != nil {
		return b.base
	}
	return strings.TrimPrefix(at, b.base)
}

// eval asks the page. It works without script in the page as well: only the page's own
// scripts are off then.
func eval[T any](b *tab, js string) T {
	b.Helper()
	var v T
	b.do("ask", chromedp.Evaluate(js, &v, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return v
}

// text is the visible text of the elements that a selector finds, white space folded.
func (b *tab) text(sel string) string {
	b.Helper()
	return eval[string](b, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText).join(" ").replace(/\s+/g, " ").trim()`, sel))
}

func (b *tab) count(sel string) int {
	b.Helper()
	return eval[int](b, fmt.Sprintf(`document.querySelectorAll(%q).length`, sel))
}

// press clicks with the mouse where the element stands, and waits for the next page.
func (b *tab) press(sel string) {
	b.Helper()
	if b.count(sel) == 0 {
		b.Fatalf("nothing is %q on %s: %s", sel, b.address(), b.text("main"))
	}
	b.load("press "+sel, chromedp.Click(sel, chromedp.ByQuery, chromedp.NodeVisible))
}

// click clicks what does not lead to another page.
func (b *tab) click(sel string) {
	b.Helper()
	b.do("click "+sel, chromedp.Click(sel, chromedp.ByQuery, chromedp.NodeVisible))
}

// paste puts text into a field at once, as from the clipboard.
func (b *tab) paste(sel, text string) {
	b.Helper()
	b.do("paste into "+sel, chromedp.Focus(sel, chromedp.ByQuery), chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, "Input.insertText", map[string]string{"text": text}, nil)
	}))
}

// set gives a field of a form a value, whatever its kind; the journeys that are typed
// use the keyboard instead.
func (b *tab) set(name, value string) {
	b.Helper()
	if !eval[bool](b, fmt.Sprintf(`(f => { if (!f) return false; f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); return f.value === %q })(document.querySelector('main [name=%q]'))`, value, value, name)) {
		b.Fatalf("no field %s for %q on %s", name, value, b.address())
	}
}

// tabTo goes with the key Tab until what is focused fits the selector; it ends the test
// when that cannot be reached.
func (b *tab) tabTo(sel string) {
	b.Helper()
	for range 150 {
		b.do("press Tab", chromedp.KeyEvent(kb.Tab))
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, sel)) {
			return
		}
	}
	b.Fatalf("the keyboard does not reach %q on %s", sel, b.address())
}

// keys types into what is focused.
func (b *tab) keys(text string) {
	b.Helper()
	b.do("type", chromedp.KeyEvent(text))
}

// enter presses Enter and waits for the next page.
func (b *tab) enter() {
	b.Helper()
	b.load("press Enter", chromedp.KeyEvent(kb.Enter))
}

// signIn signs in to the demo by its page.
func (b *tab) signIn(role string) {
	b.Helper()
	b.visit("/demo")
	b.press(`form[action$="/demo/as/` + role + `"] button`)
	b.must(http.StatusOK)
}

// signOut drops the cookies: who comes now is a visitor.
func (b *tab) signOut() {
	b.Helper()
	b.do("clear cookies", network.ClearBrowserCookies())
}

// withoutScript turns the page's scripts off or on, from the next page on.
func (b *tab) withoutScript(off bool) {
	b.Helper()
	b.do("turn script off", emulation.SetScriptExecutionDisabled(off))
}

// appear sets width and appearance.
func (b *tab) appear(width int64, scheme string) {
	b.Helper()
	height := int64(900)
	if width < 600 {
		height = 844
	}
	b.do("resize", emulation.SetDeviceMetricsOverride(width, height, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}))
}
