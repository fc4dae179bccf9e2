// Package pdf prints pages of ours with a Chromium, where the machine has one: tagged,
// with language, title and outline. A page may load nothing and run nothing.
package pdf

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/maypok86/otter/v2"

	"plenary/internal/core"
)

// Env names the browser: a path, or "none" for no PDF.
const Env = "PLENARY_CHROMIUM"

// commands are the names under which systems install Chromium.
var commands = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// Config is what a printer is told.
type Config struct {
	Browser string        // path of a Chromium; empty: Env, then the commands on PATH
	AtOnce  int           // how many pages are printed at the same time; 0 means 2
	Timeout time.Duration // for one page, waiting included; 0 means 60 s
	Idle    time.Duration // after how long without work the browser is ended; 0 means 10 min
	Log     *slog.Logger
}

const cacheBytes = 64 << 20

// Printer prints. It keeps one browser warm, which is started by the first page, and
// remembers what it printed.
type Printer struct {
	cfg   Config
	path  string
	slots chan struct{}
	done  *otter.Cache[[sha256.Size]byte, []byte]

	mu    sync.Mutex
	alive context.Context // of the browser; nil when none runs
	end   func()
	idle  *time.Timer
	users int
}

// New finds the browser; nothing is started yet. Close ends it.
func New(cfg Config) *Printer {
	if cfg.AtOnce <= 0 {
		cfg.AtOnce = 2
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = time.Minute
	}
	if cfg.Idle <= 0 {
		cfg.Idle = 10 * time.Minute
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Printer{
		cfg: cfg, path: find(cfg.Browser), slots: make(chan struct{}, cfg.AtOnce),
		done: otter.Must(&otter.Options[[sha256.Size]byte, []byte]{
			MaximumWeight: cacheBytes,
			Weigher:       func(_ [sha256.Size]byte, b []byte) uint32 { return uint32(len(b)) },
		}),
	}
}

func find(path string) string {
	if path == "" {
		path = os.Getenv(Env)
	}
	if path == "none" {
		return ""
	}
	if path != "" {
		found, _ := exec.LookPath(path) // what is not there is not used
		return found
	}
	for _, name := range commands {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	return ""
}

// Available tells whether there is a browser. A nil printer has none.
func (p *Printer) Available() bool { return p != nil && p.path != "" }

// Page is what is printed.
type Page struct {
	HTML   []byte // a whole document; its lang and title become those of the PDF
	Footer string // HTML below each page; classes pageNumber and totalPages are filled
	// Width and Height are those of the paper in millimetres, which then has the margins and
	// sizes that the page itself says; without them it is A4 with the usual ones.
	Width, Height float64
}

func (p Page) key() [sha256.Size]byte {
	h := sha256.New()
	h.Write(p.HTML)
	h.Write([]byte{0})
	h.Write([]byte(p.Footer))
	_, _ = fmt.Fprintf(h, "\x00%g %g", p.Width, p.Height) // a hash takes everything
	return [sha256.Size]byte(h.Sum(nil))
}

// Has tells whether the page was printed already and costs nothing.
func (p *Printer) Has(pg Page) bool {
	if p == nil {
		return false
	}
	_, ok := p.done.GetIfPresent(pg.key())
	return ok
}

// Print gives the page as PDF. Who asks for the same page at the same time waits for the
// same print. Without a browser, or when it does not answer in time, the error is
// core.KindUnavailable.
func (p *Printer) Print(ctx context.Context, pg Page) ([]byte, error) {
	if !p.Available() {
		return nil, &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.none"}
	}
	b, err := p.done.Get(ctx, pg.key(), otter.LoaderFunc[[sha256.Size]byte, []byte](func(ctx context.Context, _ [sha256.Size]byte) ([]byte, error) {
		// Others may wait for the same print when the first has gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.cfg.Timeout)
		defer cancel()
		return p.print(ctx, pg)
	}))
	if err != nil {
		return nil, &core.Error{Kind: core.KindUnavailable, Key: "documents.pdf.failed", Err: err}
	}
	return b, nil
}

func (p *Printer) print(ctx context.Context, pg Page) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the browser: %w", ctx.Err())
	}
	browserCtx, err := p.open()
	if err != nil {
		return nil, err
	}
	defer p.leave()
	// A page has a tab of its own and leaves nothing behind: it runs and loads nothing.
	tab, closeTab := chromedp.NewContext(browserCtx)
	defer closeTab()
	stop := context.AfterFunc(ctx, closeTab)
	defer stop()
	var out []byte
	err = chromedp.Run(tab,
		emulation.SetScriptExecutionDisabled(true),
		network.Enable(),
		network.SetBlockedURLs().WithURLPatterns([]*network.BlockPattern{{URLPattern: "*://*/*", Block: true}}),
		browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorDeny),
		chromedp.Navigate("about:blank"),
		chromedp.ActionFunc(func(ctx context.Context) error {
			tree, err := page.GetFrameTree().Do(ctx)
			if err != nil {
				return err
			}
			return page.SetDocumentContent(tree.Frame.ID, string(pg.HTML)).Do(ctx)
		}),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			const inch = 25.4
			paper := page.PrintToPDF().WithPaperWidth(210 / inch).WithPaperHeight(297 / inch).
				WithMarginTop(20 / inch).WithMarginBottom(22 / inch).WithMarginLeft(22 / inch).WithMarginRight(22 / inch)
			if pg.Width > 0 && pg.Height > 0 {
				paper = paper.WithPaperWidth(pg.Width / inch).WithPaperHeight(pg.Height / inch).
					WithMarginTop(0).WithMarginBottom(0).WithMarginLeft(0).WithMarginRight(0).WithPrintBackground(true).WithPreferCSSPageSize(true)
			}
			out, _, err = paper.
				WithDisplayHeaderFooter(pg.Footer != "").WithHeaderTemplate("<span></span>").WithFooterTemplate(pg.Footer).
				WithGenerateTaggedPDF(true).WithGenerateDocumentOutline(true).Do(ctx)
			return err
		}),
	)
	if err != nil {
		if ctx.Err() != nil {
			err = errors.Join(ctx.Err(), err)
		}
		return nil, fmt.Errorf("print: %w", err)
	}
	return out, nil
}

// open gives the running browser, or starts one.
func (p *Printer) open() (context.Context, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle != nil {
		p.idle.Stop()
	}
	if p.alive != nil && p.alive.Err() == nil {
		p.users++
		return p.alive, nil
	}
	p.stop()
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(p.path), chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-component-update", true),
		// Nothing has an address in this browser.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.Flag("no-proxy-server", true),
	)
	if os.Geteuid() == 0 { // Chromium has no sandbox for root
		options = append(options, chromedp.NoSandbox)
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(alloc)
	if err := chromedp.Run(ctx); err != nil {
		stopBrowser()
		stopAlloc()
		return nil, fmt.Errorf("start %s: %w", p.path, err)
	}
	p.cfg.Log.Info("browser for PDF started", "path", p.path)
	p.alive, p.users = ctx, 1
	p.end = func() { stopBrowser(); stopAlloc() }
	return ctx, nil
}

// leave has the browser ended when nobody wants it for a while.
func (p *Printer) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.users--; p.users > 0 {
		return
	}
	p.idle = time.AfterFunc(p.cfg.Idle, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.users == 0 {
			p.stop()
		}
	})
}

func (p *Printer) stop() {
	if p.end != nil {
		p.end()
	}
	p.alive, p.end = nil, nil
}

// Close ends the browser.
func (p *Printer) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle != nil {
		p.idle.Stop()
	}
	p.stop()
}
