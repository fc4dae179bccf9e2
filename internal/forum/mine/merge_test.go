package mine_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/mine"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/test/site"
)

var mergeLink = regexp.MustCompile(`/me/security/address\?token=[A-Za-z0-9_-]+`)

// everywhere has every column that may name somebody name an account, or its person, in one
// row of each table. It tells of how many columns.
func (h *house) everywhere(acc authn.Account) (n int) {
	h.t.Helper()
	all, keys := mine.Moves()
	for _, m := range all {
		rows, err := record.Holding{Table: m[0], Where: "1 = 1 ORDER BY 1, 2 LIMIT 1"}.Read(h.t.Context(), h.DB.Read)
		h.ok(err)
		if len(rows) == 0 {
			continue
		}
		id := string(acc.ID)
		if strings.HasSuffix(m[1], "person") {
			id = string(acc.Person)
		}
		if there, err := (record.Holding{Table: m[0], Where: m[1] + " = ?", Args: []any{id}}).Count(h.t.Context(), h.DB.Read); err != nil || there > 0 {
			h.ok(err)
			n++
			continue
		}
		one := record.Holding{Table: m[0], Where: "1 = 1"}
		for _, k := range keys[m[0]] {
			one.Where += " AND ? = ?"
			one.Args = append(one.Args, bun.Ident(k), rows[0][k])
		}
		h.write(func(ctx context.Context, tx *record.Tx) error { return one.ClearTx(ctx, tx, map[string]any{m[1]: id}) })
		n++
	}
	return n
}

// naming are the columns in which an id stands.
func (h *house) naming(id core.ID) (out []string) {
	h.t.Helper()
	for _, c := range h.where(string(id)) {
		if mine.Staying()[c] == "" {
			out = append(out, c)
		}
	}
	return out
}

// askMerge types an address of another account, and returns the link in the mail.
func (h *house) askMerge(reader *site.Reader, email string) string {
	h.t.Helper()
	if p := reader.Post("/me/security/addresses", url.Values{"email": {email}}); p.Status != http.StatusOK {
		h.t.Fatalf("ask: %d %s", p.Status, p.Text("main"))
	}
	_, err := h.Mail.SendDue(h.t.Context())
	h.ok(err)
	texts := h.list("SELECT text FROM outbox WHERE kind = 'address_link' AND to_addr = ? ORDER BY created DESC, id DESC", email)
	if len(texts) == 0 || mergeLink.FindString(texts[0]) == "" {
		h.t.Fatalf("no link: %q", texts)
	}
	return mergeLink.FindString(texts[0])
}

// Two accounts of one person become one: everything that named the one names the other, by
// every column that may hold an account or a person; the record stays whole.
func TestMerge(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		const kept, gone = "zenobia.q@example.org", "zq@example.net"
		into, _ := h.prepare(kept)
		from, registration := h.prepare(gone)
		if n := h.everywhere(from); n < 60 {
			t.Fatalf("only %d columns can be tried", n)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			return h.Authn.GrantTx(ctx, tx, from.ID, core.RoleEditor, core.ScopeForum)
		})
		before := len(h.list("SELECT id FROM events WHERE account = ?", from.ID))
		other, reader, stranger := h.AsAccount(t, from.ID), h.AsAccount(t, into.ID), h.demo("participant")
		link := h.askMerge(reader, gone)

		// The link shows, for who asked and has proved who she is, and for nobody else.
		if p := h.AsAccount(t, stranger.ID).Get(link); p.Status != http.StatusForbidden {
			t.Errorf("a stranger opens the link: %d", p.Status)
		}
		p := reader.Get(link)
		if !strings.Contains(p.Text("main"), "Both accounts are registered for") || p.Status != http.StatusConflict || p.Find("form.form").Length() > 0 {
			t.Fatalf("two registrations do not stand in the way: %d %s", p.Status, p.Text("main"))
		}
		token := p.URL.Query()
		if q := reader.Post("/me/security/merge", token); q.Status != http.StatusConflict || len(h.naming(from.ID)) < 40 {
			t.Fatalf("merged all the same: %d", q.Status)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE registrations SET state = 'withdrawn' WHERE id = ?", registration).Exec(ctx)
			return err
		})
		if p = reader.Get(link); p.Status != http.StatusOK || !strings.Contains(p.Text("main"), "Registrations") || !strings.Contains(p.Text("main"), "The two pages of people become one.") {
			t.Fatalf("the preview: %d %s", p.Status, p.Text("main"))
		}
		if p = reader.Post("/me/security/merge", token); p.Status != http.StatusOK || p.URL.Path != "/me/security" {
			t.Fatalf("merge: %d %s", p.Status, p.Text("main"))
		}

		if left := h.naming(from.ID); !slices.Equal(left, []string{"accounts.id", "accounts.email", "accounts.email_key"}) && len(left) != 4 {
			t.Errorf("the former account still stands in %v", left)
		}
		if left := h.naming(from.Person); !slices.Equal(slices.DeleteFunc(left, func(c string) bool { return c == "people.id" || c == "person_names.form" }), nil) {
			t.Errorf("the former page still stands in %v", left)
		}
		h.checks()
		if n := len(h.list("SELECT id FROM events WHERE account = ?", from.ID)); n != before {
			t.Errorf("the record was changed: %d events were %d", n, before)
		}
		now, err := h.Authn.ByID(ctx, from.ID)
		h.ok(err)
		if now.ID != into.ID || !now.Privileged() {
			t.Errorf("the former account leads to %+v", now)
		}
		if by, err := h.Authn.ByEmail(ctx, gone); err != nil || by.ID != into.ID {
			t.Errorf("its address: %v %v", by.ID, err)
		}
		if p := other.Get("/me/security"); p.URL.Path == "/me/security" {
			t.Error("its session goes on")
		}
		if txt := reader.Get("/me/security").Text("main"); !strings.Contains(txt, gone) {
			t.Errorf("its address is not on the page: %s", txt)
		}
		for _, to := range []string{kept, gone} {
			if len(h.list("SELECT id FROM outbox WHERE kind = 'account_changed' AND to_addr = ? AND text LIKE '%Two accounts were made one%'", to)) != 1 {
				t.Errorf("%s was not told", to)
			}
		}
		if p := reader.Post("/me/security/merge", token); p.Status != http.StatusGone {
			t.Errorf("the link works twice: %d", p.Status)
		}
		// The staff is led on, and finds what happened to both.
		staff := h.AsAccount(t, h.demo("admin").ID)
		if p := staff.Get("/admin/accounts/" + string(from.ID)); !strings.HasSuffix(p.URL.Path, string(into.ID)) || !strings.Contains(p.Text("main"), "Account made part of another") {
			t.Errorf("the staff: %s %s", p.URL, p.Text("main"))
		}
		// Erased, nothing is left of either.
		secretariat := h.demo("secretariat")
		h.ok(h.mine.Set(ctx, secretariat.Actor(), mine.SettingInput{Cooling: 0, Needs: 60}))
		h.confirmErase(reader, kept, false)
		h.ok(h.mine.Run(ctx))
		for _, word := range []string{kept, gone} {
			if left := h.where(word); len(left) > 0 {
				t.Errorf("%s is still in %v", word, left)
			}
		}
		h.checks()
	})
}

// The staff merges what it has checked, with a preview; accounts with roles only as
// administrator, never its own, and not by a token.
func TestMergeByStaff(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		one, oneEmail := h.other("member")
		editor, editorEmail := h.other("editor")
		member, _ := h.prepare("zenobia.s@example.org")
		admin, secretariat := h.demo("admin"), h.demo("secretariat")
		in := func(email string) mine.MergeForInput { return mine.MergeForInput{Into: email, Reason: "Called back."} }
		merge := func(a core.Actor, id core.ID, in mine.MergeForInput) error {
			_, err := h.mine.MergeFor(ctx, a, id, in, "en")
			return err
		}
		h.kind(merge(member.Actor(), one, in(editorEmail)), core.KindNotFound)
		h.kind(merge(secretariat.Actor(), one, in(editorEmail)), core.KindForbidden)
		h.kind(merge(secretariat.Actor(), editor, in(oneEmail)), core.KindForbidden)
		h.kind(merge(admin.Actor(), one, in(admin.Email)), core.KindConflict)
		h.kind(merge(admin.Actor(), one, in("nobody@example.org")), core.KindInvalid)
		h.kind(merge(admin.Actor(), one, in(oneEmail)), core.KindInvalid)
		h.kind(merge(admin.Actor(), one, mine.MergeForInput{Into: editorEmail}), core.KindInvalid)
		token := secretariat.Actor()
		token.Token = "t"
		h.kind(merge(token, one, in("zenobia.s@example.org")), core.KindForbidden)

		staff := h.AsAccount(t, secretariat.ID)
		page := "/admin/accounts/" + string(one) + "/merge"
		if p := staff.Get("/admin/accounts/" + string(one)); p.Find(`a[href="`+page+`"]`).Length() != 1 {
			t.Error("nothing leads to the page")
		}
		if p := staff.Get(page + "?into=zenobia.s%40example.org"); p.Status != http.StatusOK || strings.Contains(p.Text("main"), "Nobody else is shown how you voted") || p.Find(`textarea[name=reason]`).Length() != 1 {
			t.Errorf("the preview: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Get(page + "?into=nobody%40example.org"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text("main"), "Nobody has an account") {
			t.Errorf("a wrong address: %d %s", p.Status, p.Text("main"))
		}
		if p := staff.Post(page, url.Values{"into": {"zenobia.s@example.org"}, "reason": {"Both passports seen."}}); p.Status != http.StatusOK {
			t.Fatalf("merge: %d %s", p.Status, p.Text("main"))
		}
		if now, err := h.Authn.ByEmail(ctx, oneEmail); err != nil || now.ID != member.ID {
			t.Errorf("%v %v", now.ID, err)
		}
		if got := h.list("SELECT CAST(personal AS TEXT) FROM events WHERE kind = 'account.merged'"); len(got) != 1 || !strings.Contains(got[0], "Both passports seen.") {
			t.Errorf("how it was checked: %v", got)
		}
		h.ok(merge(admin.Actor(), member.ID, in(editorEmail)))
		if got := h.list("SELECT merged_into FROM accounts WHERE id IN (?, ?)", one, member.ID); !slices.Equal(got, []string{string(editor), string(editor)}) {
			t.Errorf("they lead to %v", got)
		}
		h.checks()
	})
}

// Whoever is named by a further address of hers is known: in proposals, and by those who ask
// her to review.
func TestKnownByFurtherAddress(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id, _ := h.other("member")
		acc, err := h.Authn.ByID(ctx, id)
		h.ok(err)
		const further = "second.o@example.net"
		party := h.list("SELECT pp.id FROM proposal_people AS pp JOIN proposals AS p ON p.id = pp.proposal WHERE pp.gone = FALSE AND p.state = 'submitted' ORDER BY pp.id")
		reviewer := h.list("SELECT id FROM review_reviewers WHERE gone = FALSE ORDER BY id")
		h.write(func(ctx context.Context, tx *record.Tx) error {
			for _, q := range [][2]string{
				{"UPDATE proposal_people SET email = ?, email_key = ?, person = '', state = 'confirmed' WHERE id = ?", party[0]},
				{"UPDATE review_reviewers SET account = '', email = ?, email_key = ? WHERE id = ?", reviewer[0]},
			} {
				if _, err := tx.NewRaw(q[0], further, further, q[1]).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		known := func() (named, reviews int) {
			list, err := h.Proposals.Mine(ctx, acc.Actor(), "")
			h.ok(err)
			asked, err := h.Review.Mine(ctx, acc.Actor())
			h.ok(err)
			return len(list), len(asked)
		}
		if n, k := known(); n != 0 || k != 0 {
			t.Fatalf("known before: %d, %d", n, k)
		}
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("INSERT INTO account_addresses (email_key, account, email, created) VALUES (?, ?, ?, 1)", further, id, further).Exec(ctx)
			return err
		})
		if n, k := known(); n != 1 || k != 1 {
			t.Errorf("known afterwards: %d, %d", n, k)
		}
	})
}
