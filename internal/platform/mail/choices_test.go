package mail

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// people are the readers of a test: their addresses begin with the last digit of their ids.
type people map[string]core.ID

func (p people) ByAddress(_ context.Context, _ bun.IDB, keys []string) (map[string]Recipient, error) {
	out := map[string]Recipient{}
	for _, k := range keys {
		if id, ok := p[k]; ok {
			out[k] = Recipient{Account: id}
		}
	}
	return out, nil
}

func (p people) AddressOf(_ context.Context, account core.ID) (string, error) {
	for k, id := range p {
		if id == account {
			return k, nil
		}
	}
	return "", core.NotFound()
}

func reader(id core.ID) core.Actor {
	return core.Actor{Account: id, Name: "Amina"}
}

const amina, bela core.ID = "01890000-0000-7000-8000-00000000000a", "01890000-0000-7000-8000-00000000000b"

func withChoices(t *testing.T, url string) (*Service, *time.Time) {
	t.Helper()
	s := worded(t, url)
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return at }
	s.UseReaders(people{"amina@example.org": amina, "bela@example.org": bela})
	s.UseKey(func(context.Context) ([]byte, error) { return []byte("a key of thirty-two bytes, about"), nil })
	s.Classify(map[string]Class{"duty": Reminders, "news": Notices, "later": Notices})
	s.Late("later", func(_ context.Context, _ *record.Tx, m Message) (Message, error) {
		if m.Ref == "gone" {
			return m, core.NotFound()
		}
		m.Subject, m.Text = "Late "+m.Ref, "Written late.\n"
		return m, nil
	})
	return s, &at
}

func mails(t *testing.T, s *Service) []row {
	t.Helper()
	var rows []row
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("o.queued, o.kind, o.to_addr").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rows
}

func to(who, kind, id string) Message {
	return Message{ID: kind + id, Kind: kind, To: who + "@example.org", ToName: "Amina", Lang: "en", Subject: "About " + id, Text: "Text of " + id + ".\n\n-- \nForum\n"}
}

// Who wants her news collected gets them in one mail at seven, once; who wants none gets
// none; what is no matter of choice comes at once.
func TestMailsAreCollected(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s, at := withChoices(t, url)
		ctx := t.Context()
		if err := s.SetChoice(ctx, reader(amina), ChoiceInput{Reminders: Never, Notices: Daily}); err != nil {
			t.Fatal(err)
		}
		queue(t, s, to("amina", "news", "1"), to("amina", "duty", "2"), to("amina", "sign_in", "3"), to("bela", "news", "4"), to("nobody", "news", "5"),
			Message{ID: "l1", Kind: "later", Ref: "one", To: "amina@example.org", Lang: "en"}, Message{ID: "l2", Kind: "later", Ref: "gone", To: "amina@example.org", Lang: "en"})
		queue(t, s, to("amina", "news", "1"), to("amina", "duty", "2")) // the follower starts again
		var got []string
		for _, m := range mails(t, s) {
			got = append(got, m.Kind+" "+m.ToAddr)
			if ended := m.Unsubscribe != ""; ended != (m.Kind == "news" && m.ToAddr == "bela@example.org") {
				t.Errorf("%s to %s has the way out %q", m.Kind, m.ToAddr, m.Unsubscribe)
			}
		}
		if strings.Join(got, ", ") != "news bela@example.org, news nobody@example.org, sign_in amina@example.org" {
			t.Fatalf("at once go %v", got)
		}
		collect := func() {
			t.Helper()
			if err := s.Collect(ctx); err != nil {
				t.Fatal(err)
			}
		}
		collect()
		if n := len(mails(t, s)); n != 3 {
			t.Fatalf("before seven there are %d mails", n)
		}
		*at = at.Add(19*time.Hour + time.Second)
		collect()
		collect()
		list := mails(t, s)
		if len(list) != 4 {
			t.Fatalf("after seven there are %d mails", len(list))
		}
		m := list[3]
		if m.Kind != collectionKind || m.Subject != "2 messages for you" || !strings.Contains(m.Text, "About 1\n\nText of 1.") ||
			!strings.Contains(m.Text, "Late one\n\nWritten late.") || strings.Count(m.Text, "\n-- \n") != 1 || !strings.Contains(m.Text, "/me/mail") {
			t.Errorf("the collection %q reads\n%s", m.Subject, m.Text)
		}
		queue(t, s, to("amina", "news", "1"))
		*at = at.Add(24 * time.Hour)
		collect()
		if n := len(mails(t, s)); n != 4 {
			t.Errorf("what was told is told again: %d mails", n)
		}
		left, err := s.rec.DB.Read.NewSelect().Model((*gathered)(nil)).Where("text <> '' OR to_name <> ''").Count(ctx)
		if err != nil || left != 0 {
			t.Errorf("%d texts stay after they were told (%v)", left, err)
		}
	})
}

// A choice that changes takes along what waits; a link in a mail ends its class and no other.
func TestChoiceChanges(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s, _ := withChoices(t, url)
		ctx := t.Context()
		if err := s.SetChoice(ctx, reader(amina), ChoiceInput{Reminders: Daily, Notices: Weekly}); err != nil {
			t.Fatal(err)
		}
		queue(t, s, to("amina", "news", "1"), to("amina", "duty", "2"))
		if err := s.SetChoice(ctx, reader(amina), ChoiceInput{Version: 1, Reminders: AtOnce, Notices: Never}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetChoice(ctx, reader(amina), ChoiceInput{Version: 1, Reminders: AtOnce, Notices: AtOnce}); core.KindOf(err) != core.KindStale {
			t.Errorf("a choice was written over: %v", err)
		}
		if err := s.Collect(ctx); err != nil {
			t.Fatal(err)
		}
		list := mails(t, s)
		if len(list) != 1 || list[0].Kind != "duty" || list[0].Subject != "About 2" {
			t.Fatalf("after the choice go %+v", list)
		}
		link := list[0].Unsubscribe
		token := link[strings.LastIndexByte(link, '/')+1:]
		for _, bad := range []string{"", "x", strings.Replace(token, "reminders", "notices", 1), strings.Replace(token, string(amina), string(bela), 1), token + "x"} {
			if err := s.End(ctx, bad); core.KindOf(err) != core.KindNotFound {
				t.Errorf("the token %q: %v", bad, err)
			}
		}
		for range 2 {
			if err := s.End(ctx, token); err != nil {
				t.Fatal(err)
			}
		}
		if in, err := s.Choice(ctx, reader(amina)); err != nil || in != (ChoiceInput{Version: 3, Reminders: Never, Notices: Never}) {
			t.Errorf("the choice is %+v, %v", in, err)
		}
		if in, err := s.Choice(ctx, reader(bela)); err != nil || in != (ChoiceInput{Reminders: AtOnce, Notices: AtOnce}) {
			t.Errorf("who chose nothing has %+v, %v", in, err)
		}
	})
}
