package ledger_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/ledger"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// A doubt is answered once: who comes second is told, and the first answer stays.
func TestADoubtIsAnsweredOnce(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.publish(t, licence, masts)[masts.Text.String()]
		x := h.claim(t, staff, c.ID, ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindAnswer, Words: en("Seen.")})
		if err := h.s.Flag(t.Context(), h.cem, x.ID, ledger.FlagInput{Reason: "Is it so?"}); err != nil {
			t.Fatal(err)
		}
		x, err := h.s.Commitment(t.Context(), core.Visitor, x.ID)
		if err != nil || len(x.Flags) != 1 {
			t.Fatal(x.Flags, err)
		}
		flag := string(x.Flags[0].ID)
		kind(t, h.s.SettleFlag(t.Context(), staff, x.ID, ledger.SettleInput{Flag: string(x.ID), Answer: "To nothing."}), core.KindNotFound)
		if err := h.s.SettleFlag(t.Context(), staff, x.ID, ledger.SettleInput{Flag: flag, Answer: "It is."}); err != nil {
			t.Fatal(err)
		}
		kind(t, h.s.SettleFlag(t.Context(), staff, x.ID, ledger.SettleInput{Flag: flag, Answer: "It is not."}), core.KindStale)
		if x, err = h.s.Commitment(t.Context(), core.Visitor, x.ID); err != nil || x.Flags[0].Answer != "It is." {
			t.Errorf("%+v, %v", x.Flags, err)
		}
	})
}

// What names nothing is refused where it was typed, or passed over: it is no failure of ours.
func TestWhatNamesNothing(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.publish(t, licence, masts)[licence.Text.String()]
		nobody := "01890000-0000-7000-8000-00000000ffff"
		if err := h.s.Address(t.Context(), staff, c.ID, ledger.AddressInput{Version: c.Version, Organisations: []string{nobody, string(h.hill.ID)}}); err != nil {
			t.Errorf("address somebody who is not there: %v", err)
		}
		if got, err := h.s.Call(t.Context(), core.Visitor, c.ID); err != nil || len(got.Organisations) != 1 || got.Organisations[0] != h.hill.ID {
			t.Errorf("%+v, %v", got, err)
		}
		_, err := h.s.SaveReference(t.Context(), staff, "", ledger.ReferenceInput{Title: en("A report"), Process: nobody})
		kind(t, err, core.KindInvalid)
		h.messagesOf(t, "2023", "Access needs owners.")
		in := ledger.DeliveryInput{Where: "/2023/messages", To: "Somebody", Day: "2023-10-08", Form: "mail", Revision: "1st"}
		_, err = h.s.Deliver(t.Context(), staff, in)
		kind(t, err, core.KindInvalid)
		in.Revision = "1"
		if d, err := h.s.Deliver(t.Context(), staff, in); err != nil || d.Revision != 1 {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

// The staff of the edition and of the forum get a mail when something waits to be
// confirmed, one an hour for an organisation; what the staff record mails nobody.
func TestStaffAreToldWhatWaits(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		h.write(t, func(ctx context.Context, tx *record.Tx) error {
			for _, x := range []struct {
				name, scope string
				role        core.Role
			}{
				{"forum", core.ScopeForum, core.RoleSecretariat},
				{"edition", h.sets["2023"].Scope(), core.RoleSecretariat},
				{"another", h.sets["2024"].Scope(), core.RoleSecretariat},
				{"editor", core.ScopeForum, core.RoleEditor},
			} {
				acc, err := h.Accounts.CreateTx(ctx, tx, authn.NewAccount{Email: x.name + "@forum.example", Name: x.name, Lang: "en"})
				if err != nil {
					return err
				}
				if err := h.Accounts.GrantTx(ctx, tx, acc.ID, x.role, x.scope); err != nil {
					return err
				}
			}
			return nil
		})
		c := h.publish(t, licence, masts)[masts.Text.String()]
		in := ledger.ClaimInput{Organisation: string(h.river.ID), Kind: ledger.KindAnswer, Words: en("Already done in the north.")}
		h.claim(t, staff, c.ID, in)
		x := h.claim(t, h.ana, c.ID, in)
		h.claim(t, h.ana, c.ID, in)
		var mails []struct{ Address, Text string }
		if err := h.rec.DB.Read.NewRaw("SELECT to_addr AS address, text FROM outbox ORDER BY to_addr").Scan(t.Context(), &mails); err != nil {
			t.Fatal(err)
		}
		if len(mails) != 2 || mails[0].Address != "edition@forum.example" || mails[1].Address != "forum@forum.example" {
			t.Fatalf("%+v", mails)
		}
		for _, want := range []string{"River Networks", "Already done in the north.", h.BaseURL + x.Path(), h.BaseURL + "/commitments?waiting=1"} {
			if !strings.Contains(mails[0].Text, want) {
				t.Errorf("the mail lacks %q: %s", want, mails[0].Text)
			}
		}
	})
}

// The number beside an issue counts what the reader would find in it.
func TestIssuesCountWhatIsSeen(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		c := s.publish(t, licence, masts)[masts.Text.String()]
		x := s.claim(t, s.ana, c.ID, ledger.ClaimInput{Organisation: string(s.river.ID), Kind: ledger.KindAnswer, Words: en("Seen.")})
		i, err := s.s.SaveIssue(t.Context(), staff, "", ledger.IssueInput{Name: en("Masts")})
		if err != nil {
			t.Fatal(err)
		}
		for _, where := range []string{c.Path(), x.Path()} {
			if err := s.s.Attach(t.Context(), staff, i.Slug, ledger.AttachInput{Where: where}); err != nil {
				t.Fatal(err)
			}
		}
		for as, want := range map[string]string{"": "1 ", "staff": "2 "} {
			if got := text(s.page(as, "/issues").Find(".rows .meta")); !strings.HasPrefix(got, want) {
				t.Errorf("%q reads %q, want %s", as, got, want)
			}
		}
	})
}

// What was said to a call stays readable while the call's session is a draft again.
func TestAnswerToACallThatIsHidden(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		c := s.publish(t, licence, masts)[masts.Text.String()]
		x := s.claim(t, staff, c.ID, ledger.ClaimInput{Organisation: string(s.river.ID), Kind: ledger.KindAnswer, Words: en("Seen in the north.")})
		s.write(t, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("UPDATE sessions SET state = 'draft' WHERE id = ?", s.session.ID).Exec(ctx)
			return err
		})
		if code, _ := s.get("", c.Path()); code != http.StatusNotFound {
			t.Errorf("the call of a draft: %d", code)
		}
		got := text(s.page("", x.Path()).Find("main"))
		if !strings.Contains(got, "Seen in the north.") || strings.Contains(got, "Share masts") {
			t.Errorf("the answer: %s", got)
		}
	})
}

// Visitors who are asked to sign in do not use up each other's tries, and a claim is
// confirmed as it was read.
func TestClaimsAndConfirmations(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		c := s.publish(t, licence, masts)[masts.Text.String()]
		const kind = "application/x-www-form-urlencoded"
		for n := range 40 {
			code, _, _ := s.send("", http.MethodPost, c.Path()+"/answer", kind, strings.NewReader("kind=answer&words.Orig=en&words.By[en]=x"))
			if code == http.StatusTooManyRequests {
				t.Fatalf("try %d of visitors: %d", n+1, code)
			}
		}
		x := s.claim(t, s.ana, c.ID, ledger.ClaimInput{Organisation: string(s.river.ID), Kind: ledger.KindAnswer, Words: en("Seen.")})
		if got := s.page("ben", x.Path()).Find("form[action$='/confirm'] input[name=version]").AttrOr("value", ""); got != "1" {
			t.Errorf("the form carries version %q", got)
		}
		if code, _, _ := s.send("ben", http.MethodPost, x.Path()+"/confirm", kind, strings.NewReader("version=7")); code != http.StatusConflict {
			t.Errorf("another version is confirmed: %d", code)
		}
		if code, _, _ := s.send("ben", http.MethodPost, x.Path()+"/confirm", kind, strings.NewReader("version=1")); code != http.StatusSeeOther {
			t.Errorf("confirm: %d", code)
		}
	})
}

// A text shows what was made of it in another year as that stands now.
func TestKeptPageFollowsTextsOfOtherYears(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		old, fresh := s.messagesOf(t, "2023", "Access needs owners."), s.messagesOf(t, "2024", "Access needs owners and masts.")
		if err := s.s.Derive(t.Context(), staff, ledger.DeriveInput{Later: "/2024/messages/3", Earlier: "/2023/messages/3"}); err != nil {
			t.Fatal(err)
		}
		page := "/test/text/" + url.QueryEscape(documents.ParaRef(old, "p1")) + "?kept=1"
		if got := text(s.page("", page).Find("main")); !strings.Contains(got, "owners and masts.") {
			t.Fatalf("%q", got)
		}
		s.write(t, func(ctx context.Context, tx *record.Tx) error {
			heads, err := s.Documents.HeadTx(ctx, tx, fresh)
			if err != nil {
				return err
			}
			list := heads[fresh].Paragraphs
			list[0].Text = en("Access needs owners, masts and power.")
			if _, err := s.Documents.ReviseTx(ctx, tx, fresh, revise(heads[fresh].Version, list)); err != nil {
				return err
			}
			_, err = s.Documents.PublishTx(ctx, tx, fresh, "A word was missing.")
			return err
		})
		if got := text(s.page("", page).Find("main")); !strings.Contains(got, "masts and power.") {
			t.Errorf("the kept page says %q", got)
		}
	})
}
