package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"plenary/internal/app"
	"plenary/internal/core"
	"plenary/internal/formats/commentfile"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

const (
	reviewParas    = 300
	reviewComments = 5000
)

// consultation measures a public review of a long text: its page with 300 paragraphs and 5,000
// comments, and how long the act takes that publishes a new version and places all
// comments on it.
func consultation(ctx context.Context, dir string) error {
	clock := &core.Clock{}
	asked := &queryLog{}
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "review"), BaseURL: "http://localhost", Clock: clock, Log: slog.New(asked)})
	if err != nil {
		return err
	}
	defer a.Close()
	docs, member, err := reviewText(ctx, a)
	if err != nil {
		return err
	}
	doc := docs[0]
	in := consultations.Usual(clock.Instant())
	in.Title, in.Notice = core.NewText("en", "Long text"), core.NewText("en", "Please comment.")
	c, err := a.Consultations.Open(ctx, core.Operator, doc, in)
	if err != nil {
		return err
	}
	file := commentfile.File{Name: "Delegation", Group: "government", Country: "France"}
	for i := range reviewComments {
		row := commentfile.Row{Row: i + 1, Para: fmt.Sprintf("p%d", 1+i%reviewParas), Comment: fmt.Sprintf("Remark %d.", i), Lang: "en"}
		if i%2 == 0 {
			row.Quote = fmt.Sprintf("sentence %d of paragraph %d", 1+i%4, i%reviewParas)
		}
		file.Rows = append(file.Rows, row)
	}
	began := time.Now()
	if _, err := a.Consultations.SubmitBatch(ctx, member, c.Ref, file, consultations.MailNone); err != nil {
		return err
	}
	taken := time.Since(began)

	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	serve, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- a.Run(serve, l) }()
	fmt.Printf("## A review of %d paragraphs with %d comments\n\n", reviewParas, reviewComments)
	fmt.Printf("A file with %d comments taken in one act: %s.\n\n", reviewComments, taken.Round(time.Millisecond))
	fmt.Println("| page, made anew | to first byte | bytes | gzip | queries | to x/net/html |\n|---|---:|---:|---:|---:|---:|")
	for _, p := range []struct{ name, path string }{
		{"review", c.Path()},
		{"one paragraph", c.Path() + "/p7"},
		{"all comments, first part", c.Path() + "/comments"},
		{"synthesis", c.Path() + "/synthesis"},
	} {
		if err := reviewPage("http://"+l.Addr().String(), p.name, p.path, asked); err != nil {
			stop()
			return err
		}
	}
	stop()
	if err := <-done; err != nil {
		return err
	}
	var runs [2][]time.Duration
	for n := range 5 {
		for i, doc := range docs { // the second has no comments
			began := time.Now()
			if err := a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error { return reviseText(ctx, tx, a, doc, n) }); err != nil {
				return err
			}
			runs[i] = append(runs[i], time.Since(began))
		}
	}
	var counts []struct {
		Result string
		N      int
	}
	if err := a.DB.Read.NewRaw("SELECT result, COUNT(*) AS n FROM comment_places WHERE revision = 6 GROUP BY result ORDER BY result").Scan(ctx, &counts); err != nil {
		return err
	}
	fmt.Printf("\nA new version published, every fifth paragraph reworded and every tenth moved, with all comments placed on it in the same act: %s; the same without a comment: %s; ratio %s (medians of five alternating pairs). On the last:",
		median(runs[0]).Round(time.Millisecond), median(runs[1]).Round(time.Millisecond), ratio(runs[0], runs[1]))
	for _, x := range counts {
		fmt.Printf(" %d %s", x.N, x.Result)
	}
	fmt.Print(".\n\n")
	return nil
}

func paragraphText(i, round int) core.Text {
	var s []string
	for k := range 4 {
		words := fmt.Sprintf("This is sentence %d of paragraph %d, which speaks of networks, their owners and their fees.", k+1, i)
		if round > 0 && i%5 == 0 && k == round%4 {
			words = fmt.Sprintf("Sentence %d of paragraph %d was written anew in round %d of the review.", k+1, i, round)
		}
		s = append(s, words)
	}
	return core.NewText("en", strings.Join(s, " "))
}

// reviewText makes the text twice: one to comment on, one to compare with.
func reviewText(ctx context.Context, a *app.App) (made []core.ID, member core.Actor, err error) {
	err = a.Record.Write(ctx, core.Operator, func(ctx context.Context, tx *record.Tx) error {
		if err := a.Editions.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := a.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2030", Name: core.NewText("en", "2030"), City: core.NewText("en", "Kyoto"), Zone: "UTC", State: editions.StatePublic, FirstDay: "2030-01-01", LastDay: "2030-01-04",
		})
		if err != nil {
			return err
		}
		var paras []documents.Paragraph
		for i := range reviewParas {
			paras = append(paras, documents.Paragraph{Kind: documents.Plain, Text: paragraphText(i, 0)})
		}
		for _, kind := range []string{"messages", "paper"} {
			d, err := a.Documents.CreateTx(ctx, tx, documents.Create{Scope: e.Scope(), Kind: kind, Subject: e.ID, Title: core.NewText("en", "Long text"), Stage: "draft", Paragraphs: paras})
			if err != nil {
				return err
			}
			made = append(made, d.ID)
			if _, err = a.Documents.PublishTx(ctx, tx, d.ID, ""); err != nil {
				return err
			}
		}
		acc, err := a.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: "delegation@example.org", Name: "Delegation"})
		member = acc.Actor()
		return err
	})
	return made, member, err
}

func reviseText(ctx context.Context, tx *record.Tx, a *app.App, doc core.ID, n int) error {
	heads, err := a.Documents.HeadTx(ctx, tx, doc)
	if err != nil {
		return err
	}
	paras := slices.Clone(heads[doc].Paragraphs)
	for i := range paras {
		paras[i].Text = paragraphText(paras[i].Number()-1, n+1)
	}
	for i := 0; i+10 < len(paras); i += 10 {
		paras[i], paras[i+9] = paras[i+9], paras[i]
	}
	if _, err := a.Documents.ReviseTx(ctx, tx, doc, documents.Revise{BasedOn: heads[doc].Version, Paragraphs: paras}); err != nil {
		return err
	}
	_, err = a.Documents.PublishTx(ctx, tx, doc, "Reworded.")
	return err
}

// reviewPage asks for a page that is not kept, eleven times, and prints medians.
func reviewPage(base, name, path string, asked *queryLog) error {
	var firsts, reference []time.Duration
	sizes := map[string]int{}
	for i := range 12 {
		for _, enc := range []string{"identity", "gzip"} {
			// A query that means nothing makes the page anew.
			req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s%s?bench=%d%s", base, path, i, enc), nil)
			if err != nil {
				return err
			}
			req.Header.Set("Accept-Encoding", enc)
			began := time.Now()
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil {
				return err
			}
			first := time.Since(began)
			b, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || res.StatusCode != http.StatusOK {
				return fmt.Errorf("%s: %d, %w", path, res.StatusCode, err)
			}
			sizes[enc] = len(b)
			if i == 0 {
				continue
			}
			if enc == "gzip" {
				firsts = append(firsts, first)
				continue
			}
			again, err := reread(b)
			if err != nil {
				return err
			}
			reference = append(reference, again)
		}
	}
	fmt.Printf("| %s | %s | %d | %d | %d | %s |\n", name, median(firsts).Round(10*time.Microsecond), sizes["identity"], sizes["gzip"], asked.n.Load(), ratio(firsts, reference))
	return nil
}

// queryLog hears from the log of requests how many queries the last one asked.
type queryLog struct{ n atomic.Int64 }

func (*queryLog) Enabled(context.Context, slog.Level) bool { return true }
func (q *queryLog) WithAttrs([]slog.Attr) slog.Handler     { return q }
func (q *queryLog) WithGroup(string) slog.Handler          { return q }

func (q *queryLog) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "queries" {
			q.n.Store(a.Value.Int64())
		}
		return true
	})
	return nil
}
