package find

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
	"plenary/internal/platform/search"
)

const (
	knownMost  = 1000 // finds of a search that are looked at for news, the newest
	mailMost   = 10   // finds that a mail names of one search
	mailKind   = "saved_searches"
	postEvery  = time.Minute
	dueAtOnce  = 200
	mailUseful = 3 * 24 * time.Hour
)

// printOf is what is kept of a find to know it again.
func printOf(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // it never fails
	return h.Sum64()
}

func pack(known []uint64) string {
	slices.Sort(known)
	b := make([]byte, 0, 8*len(known))
	for _, n := range slices.Compact(known) {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

func unpack(s string) []uint64 {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	out := make([]uint64, 0, len(b)/8)
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, binary.BigEndian.Uint64(b))
	}
	return out
}

// finds are the newest finds of a question, as an actor sees them.
func (s *Service) finds(ctx context.Context, a core.Actor, lang string, q Question) ([]search.Hit, error) {
	var out []search.Hit
	q.Sort, q.Size = search.Newest, search.MaxSize
	for q.Page = 1; len(out) < knownMost; q.Page++ {
		res, err := s.Ask(ctx, a, lang, q)
		if err != nil {
			return nil, err
		}
		if res.Loosened { // nothing holds all the words
			return nil, nil
		}
		out = append(out, res.Hits...)
		if q.Page*q.Size >= res.Total {
			break
		}
	}
	return out, nil
}

func (s *Service) prints(ctx context.Context, a core.Actor, q Question) (string, error) {
	hits, err := s.finds(ctx, a, "en", q)
	known := make([]uint64, len(hits))
	for i, h := range hits {
		known[i] = printOf(h.ID)
	}
	return pack(known), err
}

// post looks now and then whether mails of saved searches are due.
type post struct {
	s    *Service
	next time.Time
	at   core.Instant // by the forum's clock, which may be moved
}

func newPost(s *Service) *post { return &post{s: s} }

func (p *post) look(ctx context.Context) {
	now := p.s.rec.Clock.Instant()
	if core.Machine().Before(p.next) && now.Sub(p.at) < postEvery || !p.s.ready.Load() {
		return
	}
	p.next, p.at = core.Machine().Add(postEvery), now
	if _, err := p.s.MailDue(ctx); err != nil && ctx.Err() == nil {
		p.s.cfg.Log.Error("mails of saved searches", "error", err)
	}
}

// news is what is new of one saved search.
type news struct {
	saved Saved
	hits  []search.Hit
	known string
}

// MailDue looks for what is new in the saved searches whose time has come, and queues a
// mail to each person for whom there is something. It returns how many mails. Run does
// it by itself; any number of processes may: each round of a search counts once.
func (s *Service) MailDue(ctx context.Context) (int, error) {
	var due []Saved
	if err := s.rec.DB.Read.NewSelect().Model(&due).Where("due <= ?", s.rec.Clock.Instant()).OrderExpr("account, created, id").
		Limit(dueAtOnce).Scan(ctx); err != nil {
		return 0, fmt.Errorf("load saved searches: %w", err)
	}
	sent := 0
	for i := 0; i < len(due); {
		j := i
		for j < len(due) && due[j].Account == due[i].Account {
			j++
		}
		queued, err := s.mailTo(ctx, due[i].Account, due[i:j])
		if err != nil {
			return sent, fmt.Errorf("mail of saved searches: %w", err)
		}
		if queued {
			sent++
		}
		i = j
	}
	return sent, nil
}

// mailTo looks at the searches of one account, with her rights of this moment.
func (s *Service) mailTo(ctx context.Context, id core.ID, list []Saved) (bool, error) {
	account, err := s.accounts.ByID(ctx, id)
	if err != nil {
		return false, err
	}
	var all []news
	found := 0
	for _, x := range list {
		n := news{saved: x, known: x.Known}
		if !account.Disabled {
			hits, err := s.finds(ctx, account.Actor(), account.Lang, x.Question())
			if err != nil {
				return false, err
			}
			n.hits, n.known = fresh(x.Known, hits)
			found += len(n.hits)
		}
		all = append(all, n)
	}
	var m mail.Message
	if found > 0 {
		if m, err = s.compose(ctx, account, all); err != nil {
			return false, err
		}
	}
	queued := false
	err = s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
		queued = false
		for _, n := range all {
			set := tx.NewUpdate().Model((*Saved)(nil)).Set("round = round + 1, known = ?", n.known).
				Set("due = ?", dueAfter(tx.Now, n.saved.Often))
			if len(n.hits) > 0 {
				set = set.Set("mailed = ?", tx.Now)
			}
			// The round is the fence: who comes second, or after a change, does nothing.
			taken, err := record.Once(set.Where("id = ? AND round = ? AND version = ?", n.saved.ID, n.saved.Round, n.saved.Version).Exec(ctx))
			if err != nil {
				return fmt.Errorf("note what was mailed: %w", err)
			}
			if taken {
				return errTaken
			}
		}
		if m.ID == "" {
			return nil
		}
		queued = true
		return s.mailer.QueueTx(ctx, tx, m)
	})
	if err == errTaken { //nolint:errorlint // it is ours, and not wrapped
		return false, nil
	}
	return queued && err == nil, err
}

var errTaken = core.Conflict("error.stale")

// fresh are the finds that were not known, and all that are known now.
func fresh(known string, hits []search.Hit) ([]search.Hit, string) {
	have := unpack(known)
	var out []search.Hit
	now := make([]uint64, 0, len(hits))
	for _, h := range hits {
		n := printOf(h.ID)
		now = append(now, n)
		if _, ok := slices.BinarySearch(have, n); !ok {
			out = append(out, h)
		}
	}
	// What is not found at this moment may come back: it is no news then.
	if len(have)+len(now) <= 4*knownMost {
		now = append(now, have...)
	}
	return out, pack(now)
}

// compose writes the mail: of each search what is new, in the reader's language.
func (s *Service) compose(ctx context.Context, a authn.Account, all []news) (mail.Message, error) {
	address, err := s.unsubscribe(ctx, a.ID)
	if err != nil {
		return mail.Message{}, err
	}
	say := func(key string, args ...any) string { return s.words.T(a.Lang, key, args...) }
	var text strings.Builder
	var rounds []string
	count := 0
	for _, n := range all {
		if len(n.hits) == 0 {
			continue
		}
		count += len(n.hits)
		rounds = append(rounds, fmt.Sprint(n.saved.ID, "/", n.saved.Round))
		text.WriteString(say("find.mail.search", "Name", n.saved.Name, "Count", len(n.hits)) + "\n\n")
		for i, h := range n.hits {
			if i == mailMost {
				text.WriteString("- " + say("find.mail.more", "Count", len(n.hits)-mailMost) + "\n")
				break
			}
			text.WriteString("- " + plain(h.Title) + " (" + say("find.kind."+h.Kind) + ")\n  " + s.cfg.BaseURL + h.Path + "\n")
		}
		text.WriteString("\n" + s.cfg.BaseURL + n.saved.Path() + "\n\n")
	}
	m := mail.Message{
		ID: "saved-searches/" + strings.Join(rounds, "+"), Kind: mailKind, To: a.Email, ToName: a.Name, Lang: a.Lang,
		Unsubscribe: address, Useful: mailUseful,
	}
	m.Subject, m.Text = s.mailer.Compose(a.Lang, mailKind,
		"Count", count, "Finds", strings.TrimSpace(text.String()), "Settings", s.cfg.BaseURL+"/me/searches", "End", address)
	return m, nil
}

func plain(pieces []search.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}
