package opinions_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/opinions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
	assets "plenary/web"
)

// site is the room with its pages, one public edition and mail.
type site struct {
	*room
	scope    string // of the edition
	accounts *authn.Service
	h        http.Handler
}

func newSite(t *testing.T, url string) *site {
	t.Helper()
	s := &site{room: open(t, url)}
	words, err := testkit.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	mailer, err := mail.New(s.rec, words, mail.Config{BaseURL: "http://forum.example"})
	if err != nil {
		t.Fatal(err)
	}
	s.accounts = authn.New(s.rec, mailer, authn.Config{BaseURL: "http://forum.example"})
	s.UseMail(mailer, s.accounts, "http://forum.example")
	ed := editions.New(s.rec)
	s.write(t, func(ctx context.Context, tx *record.Tx) error {
		if err := ed.SetForumTx(ctx, tx, editions.ForumInput{Name: core.NewText("en", "Forum"), Short: "F"}); err != nil {
			return err
		}
		e, err := ed.AddTx(ctx, tx, editions.EditionInput{
			Slug: "2026", Name: core.NewText("en", "Forum 2026"), State: editions.StatePublic, Zone: "UTC", FirstDay: "2026-10-20", LastDay: "2026-10-22",
		})
		s.scope = e.Scope()
		return err
	})
	srv, err := web.New(web.Config{BaseURL: "http://forum.example"}, words, s.rec, slog.New(slog.DiscardHandler), assets.Templates(), assets.Assets())
	if err != nil {
		t.Fatal(err)
	}
	if err := opinions.NewWeb(s.Service, ed).Register(srv); err != nil {
		t.Fatal(err)
	}
	s.h = srv.Handler()
	return s
}

func (s *site) write(t *testing.T, fn func(ctx context.Context, tx *record.Tx) error) {
	t.Helper()
	if err := s.rec.Write(t.Context(), core.Operator, fn); err != nil {
		t.Fatal(err)
	}
}

// page is what a visitor sees.
func (s *site) page(t *testing.T, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, w.Code)
	}
	return w.Body.String()
}

// A list that was kept while there was no poll shows the first one of an edition.
func TestListShowsTheFirstPollOfAnEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		if strings.Contains(s.page(t, "/opinions"), "What should come first?") {
			t.Fatal("there is a poll already")
		}
		if _, err := s.Add(t.Context(), staff, s.scope, input()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(s.page(t, "/opinions"), "What should come first?") {
			t.Error("the kept list does not show the poll")
		}
	})
}

// What was reckoned before a poll closed is not shown once it has.
func TestResultsOfAClosedPollHaveItsLastVotes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		p := add(t, s.room, input())
		closes := p.Closes.Time()
		s.clock.Freeze(closes.Add(-20 * time.Second))
		s.page(t, p.Path()+"/results")
		if err := s.Vote(t.Context(), person(1), p.Ref, opinions.VoteInput{Number: 1, Vote: "agree"}); err != nil {
			t.Fatal(err)
		}
		s.clock.Freeze(closes.Add(20 * time.Second))
		if got := s.page(t, p.Path()+"/results"); !strings.Contains(got, "1 person has voted") {
			t.Error("the last vote is missing")
		}
	})
}

// Who proposed a statement gets a mail with what was decided; deciding the same twice
// is told to whoever comes second, and mails nobody.
func TestAuthorsAreToldOfDecisions(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		p := add(t, s.room, input())
		var author core.Actor
		s.write(t, func(ctx context.Context, tx *record.Tx) error {
			acc, err := s.accounts.CreateTx(ctx, tx, authn.NewAccount{Email: "ana@forum.example", Name: "Ana", Lang: "fr"})
			author = core.Actor{Account: acc.ID, Name: "Ana"}
			return err
		})
		x, err := s.Propose(t.Context(), author, p.Ref, opinions.StatementInput{Lang: "en", Text: "Water is a right."})
		if err != nil {
			t.Fatal(err)
		}
		type sent struct {
			Kind, Address, Subject, Body string
		}
		outbox := func() (out []sent) {
			t.Helper()
			if err := s.rec.DB.Read.NewRaw("SELECT kind, to_addr AS address, subject, text AS body FROM outbox ORDER BY id").Scan(t.Context(), &out); err != nil {
				t.Fatal(err)
			}
			return out
		}
		reject := opinions.JudgeInput{Number: x.Number, Reason: "It is no opinion."}
		if err := s.Judge(t.Context(), staff, p.Ref, reject); err != nil {
			t.Fatal(err)
		}
		if err := s.Judge(t.Context(), staff, p.Ref, reject); core.KindOf(err) != core.KindStale {
			t.Errorf("rejected twice: %v", err)
		}
		got := outbox()
		if len(got) != 1 || got[0].Address != "ana@forum.example" || !strings.Contains(got[0].Body, "It is no opinion.") || !strings.Contains(got[0].Subject, "n’est pas accepté") {
			t.Errorf("mails after the rejection: %+v", got)
		}
		s.clock.Freeze(s.clock.Now().Add(time.Minute))
		if err := s.Judge(t.Context(), staff, p.Ref, opinions.JudgeInput{Number: x.Number, Accept: true}); err != nil {
			t.Fatal(err)
		}
		if got = outbox(); len(got) != 2 || got[1].Kind != "opinion_accepted" || !strings.Contains(got[1].Body, "Water is a right.") || strings.Contains(got[1].Body, "mail.") {
			t.Errorf("mails after the acceptance: %+v", got)
		}
	})
}

// A poll of an edition that is being prepared is nobody's but the staff's, published or not.
func TestPollOfADraftEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := newSite(t, url)
		s.Hidden(func(_ context.Context, a core.Actor) ([]string, error) {
			if a.Staff(s.scope) {
				return nil, nil
			}
			return []string{s.scope}, nil
		})
		p, err := s.Add(t.Context(), core.Operator, s.scope, opinions.PollInput{
			Title: core.NewText("en", "Early questions"), OpenDay: "2026-01-01", OpenTime: "00:00", CloseDay: "2026-12-31", CloseTime: "00:00", Zone: "UTC", Published: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(s.page(t, "/opinions"), "Early questions") {
			t.Error("the list shows it")
		}
		if _, err := s.Poll(t.Context(), core.Visitor, p.Ref); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a visitor opens it: %v", err)
		}
		if _, err := s.Poll(t.Context(), core.Operator, p.Ref); err != nil {
			t.Errorf("the staff do not: %v", err)
		}
		if may, err := opinions.NewFinds(s.Service).May(t.Context(), core.Visitor, []string{string(p.ID)}); err != nil || may[string(p.ID)] {
			t.Errorf("the search shows it: %v %v", may, err)
		}
	})
}
