package upgrade

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/backup"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// What is restored on the other database serves, byte by byte, what was served before: pages,
// files, feeds, the API and data packages. A backup of it has the same sums.
func TestRestoredServesTheSame(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		data := t.TempDir()
		a := site.Open(t, config(address, data))
		t.Cleanup(a.Close)
		h := wired(t, a)
		was := h.pages(110)
		whole := h.packages()
		file, res := save(t, address, data)

		other := testkit.SQLite
		if strings.HasPrefix(address, "sqlite:") {
			other = testkit.Postgres
		}
		to := other(t)
		there, got := restore(t, file, to)
		if differ := backup.Same(res.Manifest, got.Manifest); len(differ) > 0 {
			t.Errorf("%v differ", differ)
		}
		r := open(t, to, there)
		same(t, was, r)
		for slug, b := range r.packages() {
			if !bytes.Equal(whole[slug], b) {
				t.Errorf("the whole package of %s differs", slug)
			}
		}
		r.clean()
		_, again := save(t, to, there)
		if differ := backup.Same(res.Manifest, again.Manifest); len(differ) > 0 {
			t.Errorf("a backup of what was restored differs in %v", differ)
		}
	})
}

// packages are the data packages of the sample and of an old edition, with what only the
// staff may have.
func (h *house) packages() map[string][]byte {
	h.t.Helper()
	list, err := h.Editions.Editions(h.t.Context(), core.Operator)
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[string][]byte{}
	for i, e := range list {
		if e.Slug != "2026-sample" && i != len(list)-1 {
			continue // the others have no more in them
		}
		var b bytes.Buffer
		if err := h.Exchange.WritePackage(h.t.Context(), core.Operator, e.Slug, true, &b); err != nil {
			h.t.Fatal(err)
		}
		out[e.Slug] = b.Bytes()
	}
	return out
}

// Acts go on while a backup is made; what is restored is the record up to one act, whole.
func TestBackupUnderLoad(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		data := t.TempDir()
		a := site.Open(t, config(address, data))
		t.Cleanup(a.Close)
		ctx, stop := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ { // three events and a row in each act
					err := a.Record.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
						id := tx.NewID()
						for n := range 3 {
							tx.Append("load.made", id, core.ScopeForum, record.Internal, record.Data{"n": n})
						}
						_, err := tx.NewRaw("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES (?, '', 'load', 0, 0)", fmt.Sprintf("load/%d/%d", w, i)).Exec(ctx)
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(100 * time.Millisecond)
		file, res := save(t, address, data)
		place := a.Record.Last()
		stop()
		wg.Wait()
		if place <= res.Header.Place {
			t.Errorf("the writers waited for the backup: event %d, and %d when it began", place, res.Header.Place)
		}
		to := testkit.SQLite(t)
		there, _ := restore(t, file, to)
		r := open(t, to, there)
		r.clean()
		var events, acts, drafts, last, broken int64
		for query, n := range map[string]*int64{
			"SELECT COUNT(*) FROM events WHERE kind = 'load.made'": &events, "SELECT COUNT(DISTINCT act) FROM events WHERE kind = 'load.made'": &acts,
			"SELECT COUNT(*) FROM form_drafts WHERE typed = 'load'": &drafts, "SELECT MAX(seq) FROM events": &last,
			"SELECT COUNT(*) FROM (SELECT act FROM events WHERE kind = 'load.made' GROUP BY act HAVING COUNT(*) <> 3) AS x": &broken,
		} {
			if err := r.DB.Read.NewRaw(query).Scan(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		if events == 0 || events != 3*acts || drafts != acts || last != res.Header.Place || broken != 0 {
			t.Errorf("%d events of %d acts, %d rows, the last event %d of %d, %d acts halved", events, acts, drafts, last, res.Header.Place, broken)
		}
		// It is a beginning of the record that went on.
		var ours, theirs []string
		for d, list := range map[*house]*[]string{r: &ours, {App: a}: &theirs} {
			if err := d.DB.Read.NewRaw("SELECT id FROM events WHERE seq <= ? ORDER BY seq", last).Scan(t.Context(), list); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(ours, " ") != strings.Join(theirs, " ") {
			t.Error("the restored record is not how the record began")
		}
	})
}
