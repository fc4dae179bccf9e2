package mine_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/mine"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

// counted are the columns of registrations that figures count.
var counted = []string{
	"edition", "state", "mode", "category", "stakeholder", "country", "region", "ldc", "lldc", "sids", "transition", "gender", "first_time", "youth", "parliamentarian",
	"media", "high_level", "rank", "submitted", "collected", "onsite", "online", "at_hub",
}

// figures are counts by every column that figures use, and of rows that they count.
func (h *house) figures() map[string]int {
	h.t.Helper()
	out := map[string]int{}
	for _, c := range counted {
		var rows []struct {
			V string
			N int
		}
		h.ok(h.DB.Read.NewRaw("SELECT COALESCE(CAST(? AS TEXT), '') AS v, COUNT(*) AS n FROM registrations GROUP BY ?", bun.Ident(c), bun.Ident(c)).Scan(h.t.Context(), &rows))
		if len(rows) == 0 {
			h.t.Fatal("no registrations")
		}
		for _, r := range rows {
			out[c+"="+r.V] = r.N
		}
	}
	for _, table := range []string{
		"sessions", "session_roles", "proposals", "proposal_people", "comments", "comment_supports", "opinion_votes", "review_reviews", "transcript_segments", "paper_endorsements",
		"message_signatures", "ledger_commitments", "attendances", "people", "accounts",
	} {
		n, err := record.Holding{Table: table, Where: "1 = 1"}.Count(h.t.Context(), h.DB.Read)
		h.ok(err)
		out[table] = n
	}
	return out
}

// where finds a word in all texts of the database.
func (h *house) where(word string) (out []string) {
	h.t.Helper()
	cols, err := mine.TextColumns(h.t.Context(), h.DB)
	h.ok(err)
	for _, c := range cols {
		n, err := record.Holding{Table: c[0], Where: "CAST(? AS TEXT) LIKE ?", Args: []any{bun.Ident(c[1]), "%" + word + "%"}}.Count(h.t.Context(), h.DB.Read)
		h.ok(err)
		if n > 0 {
			out = append(out, c[0]+"."+c[1])
		}
	}
	return out
}

const oddName = "Zenobia Quastelquille"

// prepare makes somebody with a bit of everything: an account whose person has a role in a
// session, registrations, and what people leave behind.
func (h *house) prepare(email string) (authn.Account, core.ID) {
	h.t.Helper()
	var acc authn.Account
	var registration core.ID
	ctx := h.t.Context()
	editions := h.list("SELECT id FROM editions ORDER BY slug")
	role := h.list("SELECT r.id FROM session_roles AS r JOIN people AS p ON p.id = r.person WHERE p.public = TRUE AND p.id NOT IN (SELECT person FROM accounts) ORDER BY r.id")[0]
	pers := h.list("SELECT person FROM session_roles WHERE id = ?", role)[0]
	sessions := h.list("SELECT id FROM sessions ORDER BY id LIMIT 2")
	blob, err := h.Blobs.Put(ctx, strings.NewReader("a paper of "+email), "paper-of-"+email+".txt", "text/plain")
	h.ok(err)
	h.write(func(ctx context.Context, tx *record.Tx) error {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: email, Name: oddName, Lang: "en", Person: core.ID(pers)}); err != nil {
			return err
		}
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{"UPDATE people SET name = ?, name_key = ?, gender = 'woman', country = 'SN' WHERE id = ?", []any{oddName, core.Fold(oddName), pers}},
			{"UPDATE session_roles SET snapshot = ? WHERE person = ?", []any{`{"name":"` + oddName + `","group":"civil-society"}`, pers}},
			{"INSERT INTO agenda_bookmarks (account, session, edition, created, title, state) SELECT ?, id, edition, 1, title, state FROM sessions WHERE id = ?", []any{acc.ID, sessions[0]}},
			{"INSERT INTO form_drafts (thing, account, typed, base, at) VALUES ('x/1', ?, ?, 1, 1)", []any{acc.ID, "name=" + oddName}},
			// Queued long after now: the sender that runs beside takes the texts out of old mails.
			{"INSERT INTO outbox (id, message_id, kind, to_addr, to_name, subject, text, state, queued, next_try, created) VALUES (?, ?, 'x', ?, ?, 'Dear', ?, 'sent', 4000000000000000, 1, 1)", []any{tx.NewID(), "m" + string(tx.NewID()), email, oddName, "Dear " + oddName}},
			{"INSERT INTO outbox (id, message_id, kind, to_addr, to_name, subject, text, state, queued, next_try, created) VALUES (?, ?, 'x', ?, ?, 'Dear', ?, 'held', 1, 1, 1)", []any{tx.NewID(), "m" + string(tx.NewID()), email, oddName, "Dear " + oddName}},
			{"UPDATE releases SET by_name = ?", []any{oddName}},
		} {
			if _, err := tx.NewRaw(q.sql, q.args...).Exec(ctx); err != nil {
				return fmt.Errorf("%s: %w", q.sql, err)
			}
		}
		r := participation.Registration{
			ID: tx.NewID(), Edition: core.ID(editions[0]), Number: 900000 + len(email), Account: acc.ID, Person: core.ID(pers), Email: email, EmailKey: email, Lang: "en", State: participation.StateAttended,
			Mode: participation.ModeOnsite, Name: oddName, NameKey: core.Fold(oddName), Gender: "woman", Country: "SN", LDC: true, AccessNeeds: "wheelchair " + email,
			Visa: participation.Visa{Wanted: true, Passport: "P" + email}, Answers: calls.Answers{}, Submitted: tx.Now, Onsite: tx.Now, Updated: tx.Now, Generation: 1, Version: 1,
		}
		registration = r.ID
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return err
		}
		if err := h.Blobs.RegisterTx(ctx, tx, blob); err != nil {
			return err
		}
		if _, err := tx.NewRaw("INSERT INTO registration_files (id, registration, kind, file, name, size, at) VALUES (?, ?, 'other', ?, ?, 1, 1)", tx.NewID(), r.ID, blob.ID, blob.Name).Exec(ctx); err != nil {
			return err
		}
		tx.AppendPersonal("registration.entered", r.ID, participation.Scope(r.Edition), record.Internal, record.Data{"label": "No. 1"}, record.Data{"email": email})
		return nil
	})
	// She did something herself, and somebody named her.
	h.ok(h.Record.Write(ctx, acc.Actor(), func(_ context.Context, tx *record.Tx) error {
		tx.AppendPersonal("registration.corrected", registration, participation.Scope(core.ID(editions[0])), record.Internal, nil, record.Data{"name": oddName})
		tx.Append("role.confirmed", core.ID(sessions[0]), editions[0], record.Public, record.Data{"label": oddName, "who": "not " + oddName + "x"})
		return nil
	}))
	return acc, registration
}

// checks has the program look for flaws.
func (h *house) checks() {
	h.t.Helper()
	parts, err := h.Check(h.t.Context())
	h.ok(err)
	for _, p := range parts {
		for i, f := range p.Flaws {
			if i < 5 {
				h.t.Errorf("%s: %+v", p.Part, f)
			}
		}
	}
}

// E117: after somebody is erased every figure is what it was, the record is whole, and
// nothing leads to her.
func TestEraseKeepsFiguresAndRecord(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		const email = "zenobia.q@example.org"
		acc, registration := h.prepare(email)
		if len(h.where(email)) < 5 || len(h.where(oddName)) < 8 {
			t.Fatalf("she is hardly anywhere: %v %v", h.where(email), h.where(oddName))
		}
		before := h.figures()
		events := len(h.list("SELECT id FROM events"))
		secretariat := h.demo("secretariat")
		h.ok(h.mine.Set(ctx, secretariat.Actor(), mine.SettingInput{Cooling: 0, Needs: 60}))
		reader := h.AsAccount(t, acc.ID)
		h.exported(reader, email)
		if p := reader.Get("/me/data"); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Registrations") {
			t.Fatalf("my data: %d %s", p.Status, p.Text("main"))
		}
		h.confirmErase(reader, email, false)
		h.ok(h.mine.Run(ctx))
		h.ok(h.mine.Run(ctx))

		after := h.figures()
		if !maps.Equal(before, after) {
			for k, v := range before {
				if after[k] != v {
					t.Errorf("%s was %d and is %d", k, v, after[k])
				}
			}
		}
		h.checks()
		if left := h.where(email); len(left) > 0 {
			t.Errorf("her address is still in %v", left)
		}
		if left := h.where(oddName); len(left) != 1 || left[0] != "events.data" { // a sentence of somebody else's that only begins with it
			t.Errorf("her name is still in %v", left)
		}
		now := len(h.list("SELECT id FROM events"))
		if now <= events {
			t.Error("nothing was added to the record")
		}
		for _, kind := range []string{"account.erased", "person.erased", "registration.erased", "data.erased"} {
			data := h.list("SELECT CAST(data AS TEXT) FROM events WHERE kind = ?", kind)
			if len(data) == 0 || strings.Contains(fmt.Sprint(data), "Zenobia") {
				t.Errorf("%s: %v", kind, data)
			}
		}
		if n := len(h.list("SELECT id FROM events WHERE personal IS NOT NULL AND (subject IN (?, ?, ?) OR account = ?)", acc.ID, acc.Person, registration, acc.ID)); n > 0 {
			t.Errorf("%d events keep personal parts", n)
		}
		if p := reader.Get("/me/data"); p.URL.Path == "/me/data" && p.Status == http.StatusOK {
			t.Error("she is still signed in")
		}
		p := h.Visitor(t).Get("/people/" + string(acc.Person))
		if p.Status != http.StatusOK || !strings.Contains(p.Text("h1"), "Name withdrawn") {
			t.Errorf("her page: %d %s", p.Status, p.Text("h1"))
		}
		// The address is free: a new account knows nothing of the old one.
		h.write(func(ctx context.Context, tx *record.Tx) error {
			again, err := h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: email, Name: "Somebody", Lang: "en"})
			if err == nil && again.ID == acc.ID {
				t.Error("the old account")
			}
			return err
		})
		staff := h.AsAccount(t, secretariat.ID)
		if txt := staff.Get("/admin/erasures").Text("main"); !strings.Contains(txt, "Name withdrawn") || strings.Contains(txt, "Zenobia") {
			t.Errorf("the staff sees: %s", txt)
		}
		// The bytes of her paper go as well, when nobody holds them.
		h.sweep()
		if n := len(h.list("SELECT hash FROM blobs WHERE dropped IS NOT NULL")); n > 0 {
			t.Errorf("%d files are kept", n)
		}
		h.checks()
		h.backedUp(email)
	})
}

// sweep lets the files that were dropped be old enough, and takes them away.
func (h *house) sweep() {
	h.t.Helper()
	dropped := h.list("SELECT hash FROM blobs WHERE dropped IS NOT NULL")
	if len(dropped) == 0 {
		h.t.Error("no file was dropped")
	}
	for _, hash := range dropped {
		h.ok(age(h.Data, hash))
	}
	h.ok(h.mine.Sweep(h.t.Context()))
}

var code = regexp.MustCompile(`/me/data/erase/confirm\?code=[A-Za-z0-9_-]+`)

// confirmErase goes the way of somebody who wants to be erased.
func (h *house) confirmErase(reader *site.Reader, email string, keep bool) {
	h.t.Helper()
	p := reader.Get("/me/data/erase")
	if txt := p.Text("main"); !strings.Contains(txt, "What stays, and why") || !strings.Contains(txt, "Published texts say what they say") {
		h.t.Errorf("the explanation: %s", txt)
	}
	if p = reader.Post("/me/data/erase", url.Values{"email": {"wrong@example.org"}}); p.Status != http.StatusUnprocessableEntity || p.Find("input[name=email]").AttrOr("value", "") != "wrong@example.org" {
		h.t.Errorf("a wrong address: %d", p.Status)
	}
	in := url.Values{"email": {email}}
	if keep {
		in.Set("keep_name", "true")
	}
	if p = reader.Post("/me/data/erase", in); p.Status != http.StatusOK {
		h.t.Fatalf("ask: %d %s", p.Status, p.Text("main"))
	}
	texts := h.list("SELECT text FROM outbox WHERE kind = 'erase_confirm' AND to_addr = ? ORDER BY created DESC, id DESC", email)
	if len(texts) == 0 {
		h.t.Fatal("no mail")
	}
	link := code.FindString(texts[0])
	if p = reader.Get(link); p.Status != http.StatusOK {
		h.t.Fatalf("link: %d", p.Status)
	}
	if p = reader.Post(link, url.Values{}); p.Status != http.StatusOK {
		h.t.Fatalf("confirm: %d %s", p.Status, p.Text("main"))
	}
}

// Until its day a request can be taken back; whoever keeps her name keeps it on what was
// public only; the last administrator stays.
func TestEraseRequests(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		const email = "zenobia.k@example.org"
		acc, _ := h.prepare(email)
		reader := h.AsAccount(t, acc.ID)
		h.confirmErase(reader, email, true)
		h.ok(h.mine.Run(ctx))
		if p := reader.Get("/me/data"); !strings.Contains(p.Text("main"), "Your data is erased on") {
			t.Errorf("erased at once: %s", p.Text("main"))
		}
		if p := reader.Post("/me/data/erase", url.Values{"email": {email}}); p.Status != http.StatusConflict {
			t.Errorf("asked twice: %d", p.Status)
		}
		for name, role := range map[string]string{"visitor": "", "member": "member", "editor": "editor"} {
			r := h.Visitor(t)
			if role != "" {
				other, _ := h.other(role)
				r = h.AsAccount(t, other)
			}
			if p := r.Get("/admin/erasures"); p.Status == http.StatusOK && p.URL.Path == "/admin/erasures" {
				t.Errorf("%s sees the requests", name)
			}
		}
		if p := reader.Post("/me/data/erase/cancel", url.Values{}); p.Status != http.StatusOK {
			t.Errorf("cancel: %d", p.Status)
		}
		h.Clock.Set(h.Record.Clock.Now().Add(30 * 24 * time.Hour))
		h.ok(h.mine.Run(ctx))
		if a, err := h.Authn.ByID(ctx, acc.ID); err != nil || a.Erased() {
			t.Errorf("erased all the same: %v", err)
		}
		// On paper, by the staff; her name stays on what was public.
		secretariat := h.demo("secretariat")
		h.kind(h.mine.AskFor(ctx, acc.Actor(), mine.ForInput{Email: email, Reason: "x"}), core.KindNotFound)
		h.kind(h.mine.AskFor(ctx, secretariat.Actor(), mine.ForInput{Email: email}), core.KindInvalid)
		h.ok(h.mine.AskFor(ctx, secretariat.Actor(), mine.ForInput{Email: email, Reason: "Letter of 3 May.", KeepName: true}))
		h.Clock.Set(h.Record.Clock.Now().Add(8 * 24 * time.Hour))
		h.ok(h.mine.Run(ctx))
		left := h.where(oddName)
		if !slices.Contains(left, "people.name") || !slices.Contains(left, "session_roles.snapshot") || slices.Contains(left, "registrations.name") || slices.Contains(left, "accounts.name") {
			t.Errorf("her name is in %v", left)
		}
		if left := h.where(email); len(left) > 0 {
			t.Errorf("her address is in %v", left)
		}
		h.checks()
		for _, id := range h.list("SELECT account FROM account_grants WHERE role = 'admin'")[1:] {
			h.write(func(ctx context.Context, tx *record.Tx) error { return h.Authn.EraseTx(ctx, tx, core.ID(id), "x") })
		}
		last := h.list("SELECT account FROM account_grants WHERE role = 'admin'")
		admin, err := h.Authn.ByID(ctx, core.ID(last[0]))
		h.ok(err)
		h.kind(h.mine.Ask(ctx, admin.Actor(), mine.AskInput{Email: admin.Email}), core.KindConflict)
	})
}

func (h *house) other(name string) (core.ID, string) {
	h.t.Helper()
	var acc authn.Account
	h.write(func(ctx context.Context, tx *record.Tx) (err error) {
		if acc, err = h.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: name + ".o@example.net", Name: "Other " + name, Lang: "en"}); err == nil && name == "editor" {
			err = h.Authn.GrantTx(ctx, tx, acc.ID, core.RoleEditor, core.ScopeForum)
		}
		return err
	})
	return acc.ID, acc.Email
}

func (h *house) kind(err error, want core.Kind) {
	h.t.Helper()
	if core.KindOf(err) != want {
		h.t.Errorf("%v, not %s", err, want)
	}
}
