package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/archive"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/db"
)

const benchDays = 5

// largestPart is how many sessions one file of a large programme holds.
const largestPart = 2000

// programmeOf invents a part of a schedule of n sessions over five days, three people each.
func programmeOf(n, from, until int) ([]byte, error) {
	loc := core.Zone("Asia/Tokyo")
	rooms := max(10, n/30) // six sessions a room and day
	s := schedule.Schedule{Conference: schedule.Conference{
		Title: "Bench", Acronym: "bench", Start: "2031-10-06", End: "2031-10-10", Zone: "Asia/Tokyo",
	}}
	for i := from; i < until; i++ {
		slot := i / rooms
		day, at := slot%benchDays, slot/benchDays
		starts := time.Date(2031, 10, 6+day, 9, 0, 0, 0, loc).Add(time.Duration(at) * 75 * time.Minute)
		e := schedule.Event{
			Key: fmt.Sprintf("id:%d", i+1), ID: fmt.Sprint(i + 1), Title: fmt.Sprintf("Session %d on rivers, rain and the keeping of records", i+1),
			Type: "Workshop", Track: fmt.Sprintf("Theme %d", i%8), Room: fmt.Sprintf("Room %d", i%rooms+1), Language: "en",
			Description: "What is measured where, by whom, and who keeps it. The session looks at three years of records and asks what they were used for, who could read them, and what was lost between one office and the next.",
			Date:        starts.Format(time.DateOnly), Start: starts.Format("15:04"), Duration: time.Hour, Starts: starts.UTC(), Ends: starts.Add(time.Hour).UTC(),
		}
		for k := range 3 {
			p := (3*i + k) % (2 * n)
			e.Persons = append(e.Persons, schedule.Person{Key: fmt.Sprintf("id:%d", p+1), ID: fmt.Sprint(p + 1), Name: fmt.Sprintf("Person%d Family%d", p, p/3)})
		}
		s.Events = append(s.Events, e)
	}
	var b bytes.Buffer
	err := schedule.WriteXML(&b, &s)
	return b.Bytes(), err
}

// forumWith is a small demo forum with an empty edition for the schedule.
func forumWith(ctx context.Context, dir, database string) (*app.App, *editions.Setting, error) {
	a, err := demo.Open(ctx, demo.Options{
		Scale:  corpus.Small,
		Config: app.Config{Data: dir, Database: database, BaseURL: "http://localhost", Clock: &core.Clock{}, Log: slog.New(slog.DiscardHandler)},
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := a.Editions.Add(ctx, core.Operator, editions.EditionInput{
		Slug: "2031", Name: core.NewText("en", "Bench 2031"), State: editions.StatePublic, Zone: "Asia/Tokyo", FirstDay: "2031-10-06", LastDay: "2031-10-10",
	}); err != nil {
		a.Close()
		return nil, nil, err
	}
	set, err := a.Editions.Setting(ctx, core.Operator, "2031")
	return a, set, err
}

// imports measures an import of 1,000 sessions on each database, beside what the file
// alone costs: one pass of encoding/xml over it.
func imports(ctx context.Context, dir string) error {
	file, err := programmeOf(1000, 0, 1000)
	if err != nil {
		return err
	}
	fmt.Printf("## Import of 1,000 sessions\n\nschedule.xml of %d KB, 2,000 people in 3,000 roles, 34 rooms. Reference: one pass of encoding/xml over the file, alternating; medians of five.\n\n", len(file)/1024)
	fmt.Println("| database | one pass of XML | read and compared | ratio | staged and applied | read in again | taken back |\n|---|---:|---:|---:|---:|---:|---:|")
	urls := []struct{ name, url string }{{"SQLite", ""}}
	if pg := os.Getenv("PLENARY_TEST_POSTGRES"); pg != "" {
		name, drop, err := freshPostgres(ctx, pg)
		if err != nil {
			return err
		}
		defer drop()
		urls = append(urls, struct{ name, url string }{"PostgreSQL", name})
	}
	for _, u := range urls {
		if err := importInto(ctx, filepath.Join(dir, "import-"+u.name), u.name, u.url, file); err != nil {
			return fmt.Errorf("%s: %w", u.name, err)
		}
	}
	fmt.Println()
	return nil
}

func importInto(ctx context.Context, dir, name, url string, file []byte) error {
	a, set, err := forumWith(ctx, dir, url)
	if err != nil {
		return err
	}
	defer a.Close()
	src := archive.Source{Name: "schedule.xml", Data: file, Lang: "en"}
	var pass, read, apply, again, back []time.Duration
	timed := func(list *[]time.Duration, fn func() error) error {
		began := time.Now()
		err := fn()
		*list = append(*list, time.Since(began))
		return err
	}
	for range 5 {
		if err := timed(&pass, func() error { return tokens(file) }); err != nil {
			return err
		}
		if err := timed(&read, func() error { _, err := a.Archive.Read(ctx, core.Operator, set, src); return err }); err != nil {
			return err
		}
		var res archive.Result
		if err := timed(&apply, func() (err error) { _, res, err = a.Archive.ApplyFile(ctx, core.Operator, set, src); return err }); err != nil {
			return err
		}
		if res.Sessions != 1000 {
			return fmt.Errorf("%d sessions were taken, not 1,000", res.Sessions)
		}
		if set, err = a.Editions.Setting(ctx, core.Operator, "2031"); err != nil {
			return err
		}
		if err := timed(&again, func() error {
			_, res, err := a.Archive.ApplyFile(ctx, core.Operator, set, src)
			if err == nil && !res.Nothing {
				err = errors.New("the second import changed something")
			}
			return err
		}); err != nil {
			return err
		}
		_, im, err := a.Archive.Find(ctx, core.Operator, res.Import)
		if err != nil {
			return err
		}
		if err := timed(&back, func() error { return a.Archive.Undo(ctx, core.Operator, set, im.ID, im.Version) }); err != nil {
			return err
		}
		if set, err = a.Editions.Setting(ctx, core.Operator, "2031"); err != nil {
			return err
		}
	}
	m := func(list []time.Duration) time.Duration {
		slices.Sort(list)
		return list[len(list)/2].Round(time.Millisecond)
	}
	fmt.Printf("| %s | %s | %s | %.1f | %s | %s | %s |\n", name, m(pass), m(read), float64(m(read))/float64(m(pass)), m(apply), m(again), m(back))
	return nil
}

func tokens(file []byte) error {
	d := xml.NewDecoder(bytes.NewReader(file))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// growth measures the programme's pages, made anew each time, as sessions grow.
func growth(ctx context.Context, dir string) error {
	fmt.Print("## The programme as it grows\n\nMade anew each time for somebody who is signed in; p50 of 40 requests after 5, gzip bytes. A day of the timetable holds a fifth of the sessions.\n\n")
	fmt.Println("| sessions | import | day of the timetable | | list of all | | schedule.xml | |\n|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, n := range []int{100, 1000, 10000} {
		if err := grown(ctx, filepath.Join(dir, fmt.Sprintf("grow-%d", n)), n); err != nil {
			return fmt.Errorf("%d sessions: %w", n, err)
		}
	}
	fmt.Println()
	return nil
}

func grown(ctx context.Context, dir string, n int) error {
	a, set, err := forumWith(ctx, dir, "")
	if err != nil {
		return err
	}
	defer a.Close()
	var took time.Duration
	for from := 0; from < n; from += largestPart { // a file is at most 8 MB
		file, err := programmeOf(n, from, min(n, from+largestPart))
		if err != nil {
			return err
		}
		began := time.Now()
		if _, _, err := a.Archive.ApplyFile(ctx, core.Operator, set, archive.Source{Name: "schedule.xml", Data: file, Lang: "en"}); err != nil {
			return err
		}
		took += time.Since(began)
		if set, err = a.Editions.Setting(ctx, core.Operator, "2031"); err != nil {
			return err
		}
	}
	row := fmt.Sprintf("| %d | %s |", n, took.Round(10*time.Millisecond))
	h := a.Server.Handler()
	login := httptest.NewRecorder()
	h.ServeHTTP(login, httptest.NewRequest(http.MethodPost, "http://localhost/demo/as/rapporteur", nil))
	for _, path := range []string{"/2031/programme/day-2", "/2031/programme/all", "/2031/schedule.xml"} {
		var all []time.Duration
		size := 0
		var queries int64
		for i := range 45 {
			req := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
			for _, c := range login.Result().Cookies() {
				req.AddCookie(c)
			}
			counted, q := db.WithCount(req.Context())
			w := httptest.NewRecorder()
			began := time.Now()
			h.ServeHTTP(w, req.WithContext(counted))
			if w.Code != http.StatusOK {
				return fmt.Errorf("%s answers %d", path, w.Code)
			}
			if i >= 5 {
				all = append(all, time.Since(began))
			}
			size, queries = w.Body.Len(), q.Load()
			if i == 44 {
				var z bytes.Buffer
				g := gzip.NewWriter(&z)
				if _, err := g.Write(w.Body.Bytes()); err != nil {
					return err
				}
				_ = g.Close() // into memory
				size = z.Len()
			}
		}
		slices.Sort(all)
		row += fmt.Sprintf(" %s, %d queries | %d KB |", all[len(all)/2].Round(100*time.Microsecond), queries, (size+512)/1024)
	}
	fmt.Println(row)
	return nil
}
