package mine_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// The export holds each thing that was put in, and nothing of another person.
func TestExport(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		const email = "zenobia.e@example.org"
		acc, _ := h.prepare(email)
		other, address := h.other("member")
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES ('x/2', ?, 'secret of the other', 1, 1)", other).Exec(ctx)
			return err
		})
		p := h.AsAccount(t, acc.ID).Get("/me/data/export.zip")
		if p.Status != http.StatusOK || p.Header.Get("Content-Type") != "application/zip" {
			t.Fatalf("%d %s", p.Status, p.Header)
		}
		files := unzip(t, []byte(p.Body))
		for name, want := range map[string]string{
			"accounts/accounts.json": email, "accounts/form_drafts.json": oddName, "mails/outbox.json": "Dear", "agenda/agenda_bookmarks.json": string(acc.ID),
			"participation/registrations.json": "wheelchair", "person/people.json": oddName, "programme/session_roles.json": "civil-society", "record/events_about_you.json": email,
			"record/what_you_did.json": "role.confirmed", "README.txt": "Votes are secret", "participation/registration_files.json": "paper-of-",
		} {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s lacks %q: %.200s", name, want, files[name])
			}
		}
		paper := false
		for name, body := range files {
			paper = paper || strings.HasPrefix(name, "files/participation/") && body == "a paper of "+email
			if strings.Contains(body, address) || strings.Contains(body, "secret of the other") || strings.Contains(body, "token_hash") {
				t.Errorf("%s holds somebody else, or a secret", name)
			}
		}
		if !paper {
			t.Error("the file that she sent is not there")
		}
		others := h.list("SELECT email FROM accounts WHERE id <> ?", acc.ID)
		for name, body := range files {
			for _, e := range others {
				if strings.Contains(body, e) {
					t.Errorf("%s holds the address %s", name, e)
				}
			}
		}
		var out bytes.Buffer
		h.kind(h.mine.Export(ctx, core.Visitor, "en", &out), core.KindSignIn)
		h.ok(h.mine.Export(ctx, acc.Actor(), "fr", &out))
		last := error(nil)
		for range 5 {
			last = h.mine.MayExport(acc.Actor())
		}
		h.kind(last, core.KindLimited)
	})
}

func unzip(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
	}
	return out
}

// Needs and papers for visas go when an edition is long over, and figures stay.
func TestNeeds(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		_, id := h.prepare("zenobia.n@example.org")
		before := h.figures()
		days := h.list("SELECT e.last_day FROM editions AS e JOIN registrations AS r ON r.edition = e.id WHERE r.id = ?", id)
		end, err := time.Parse(time.DateOnly, days[0])
		h.ok(err)
		h.Clock.Freeze(end.AddDate(0, 0, 30))
		h.ok(h.mine.Sweep(ctx))
		found, err := h.part.ByIDs(ctx, []core.ID{id})
		h.ok(err)
		if found[id].AccessNeeds == "" {
			t.Error("erased too early")
		}
		h.Clock.Freeze(end.AddDate(0, 0, 63))
		h.ok(h.mine.Sweep(ctx))
		h.ok(h.mine.Sweep(ctx))
		found, err = h.part.ByIDs(ctx, []core.ID{id})
		h.ok(err)
		if r := found[id]; r.AccessNeeds != "" || r.Visa.Passport != "" || r.Name != oddName {
			t.Errorf("%+v", r)
		}
		if n := len(h.list("SELECT id FROM registration_files WHERE registration = ?", id)); n > 0 {
			t.Error("papers are kept")
		}
		if !maps.Equal(before, h.figures()) {
			t.Error("figures changed")
		}
	})
}
