package attendance

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/platform/record"
)

// CertificateKind is the kind of the letters that certify attendance.
const CertificateKind = "attendance"

// certificateKey is the name of the key with which what is printed is digested.
const certificateKey = "certificates"

// certified is one session on a certificate, as it was printed.
type certified struct {
	Ref    string       `json:"ref"`
	Title  string       `json:"title"`
	Starts core.Instant `json:"starts"`
	Ends   core.Instant `json:"ends"`
	Ways   []string     `json:"ways"`
}

// Certificate is what a certificate says.
type Certificate struct {
	participation.Letter
	Sessions []certified
	Minutes  int
	Days     int
}

// minutesIn is how long somebody was in sessions: two at the same time count once.
func minutesIn(list []certified) int {
	spans := slices.Clone(list)
	slices.SortFunc(spans, func(a, b certified) int { return a.Starts.Time().Compare(b.Starts.Time()) })
	var total time.Duration
	var until core.Instant
	for _, x := range spans {
		from := x.Starts
		if from.Before(until) {
			from = until
		}
		if x.Ends.After(from) {
			total += x.Ends.Sub(from)
			until = x.Ends
		}
	}
	return int(total / time.Minute)
}

func daysIn(list []certified, zone string) int {
	days := map[string]bool{}
	for _, x := range list {
		days[x.Starts.In(zone).Format(time.DateOnly)] = true
	}
	return len(days)
}

// contentOf is what a certificate would say today: the sessions that are over and in which
// she was counted.
func (s *Service) contentOf(ctx context.Context, r *participation.Registration, lang string) ([]certified, error) {
	list, err := s.attended(ctx, r)
	if err != nil {
		return nil, err
	}
	now := s.rec.Clock.Instant()
	var out []certified
	for _, a := range list {
		if a.Starts.IsZero() || a.Ends.After(now) {
			continue
		}
		title, _ := a.Title.In(lang)
		out = append(out, certified{a.Ref, title, a.Starts, a.Ends, a.Ways()})
	}
	return out, nil
}

// certificateOf reads what is kept of letters.
func certificateOf(set *editions.Setting, l participation.Letter) Certificate {
	c := Certificate{Letter: l}
	_ = json.Unmarshal([]byte(l.Data["content"]), &c.Sessions) // of one whose data is erased nothing is left
	c.Minutes, c.Days = minutesIn(c.Sessions), daysIn(c.Sessions, set.Zone)
	return c
}

// Certificates are those of a registration, newest first: for the person herself and the
// staff; NotFound for anybody else.
func (s *Service) Certificates(ctx context.Context, a core.Actor, set *editions.Setting, r *participation.Registration) ([]Certificate, error) {
	list, err := s.Participation.LettersOf(ctx, a, set, r.ID)
	if err != nil {
		return nil, err
	}
	var out []Certificate
	for _, l := range list {
		if l.Kind == CertificateKind {
			out = append(out, certificateOf(set, l))
		}
	}
	return out, nil
}

// CertificateInput is the form with which somebody has a certificate made.
type CertificateInput struct {
	Lang string `form:"lang" ui:"select" required:"true"`
}

// Certify issues a certificate of what the actor attended, in a language; the same again is
// the one that stands, and one that says more replaces it. Conflict where nothing is over yet
// in which she was counted. It appends registration.letter_issued.
func (s *Service) Certify(ctx context.Context, a core.Actor, set *editions.Setting, in CertificateInput) (core.ID, error) {
	r, err := s.own(ctx, a, set)
	if err != nil {
		return "", err
	}
	p := core.Validate(in)
	if in.Lang != "" && !core.LangKnown(in.Lang) {
		p.Add("lang", "attendance.error.lang")
	}
	if err := p.Err(); err != nil {
		return "", err
	}
	list, err := s.contentOf(ctx, r, in.Lang)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", core.Conflict("attendance.error.nothing_attended")
	}
	content, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	key, err := s.Participation.Key(ctx, certificateKey)
	if err != nil {
		return "", err
	}
	minutes := minutesIn(list)
	// What tells two certificates apart is where she was, not in which language it is said.
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(r.Name))
	for _, x := range list {
		mac.Write([]byte("|" + x.Ref + x.Starts.String() + x.Ends.String()))
	}
	var id core.ID
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		fresh, err := s.Participation.GetTx(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		l, err := s.Participation.IssueTx(ctx, tx, &fresh, CertificateKind, in.Lang, map[string]string{
			"of": in.Lang, "print": hex.EncodeToString(mac.Sum(nil)[:16]), "content": string(content),
			"sessions": strconv.Itoa(len(list)), "hours": hours(in.Lang, minutes),
		})
		id = l.ID
		return err
	})
	return id, err
}

// hours are minutes as hours with one decimal, as a language writes it.
func hours(lang string, minutes int) string {
	s := strconv.FormatFloat(float64(minutes)/60, 'f', 1, 64)
	if lang == "fr" || lang == "es" || lang == "ru" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// withdrawCertificates makes the certificates of somebody worth nothing after the staff took
// her attendance out: what they say is not true any more.
func (s *Service) withdrawCertificates(ctx context.Context, a core.Actor, set *editions.Setting, r *participation.Registration) error {
	list, err := s.Certificates(ctx, a, set, r)
	if err != nil {
		return err
	}
	for i := range list {
		if !list[i].Revoked.IsZero() {
			continue
		}
		if err := s.Participation.RevokeLetter(ctx, a, set, r.ID, list[i].ID); err != nil {
			return err
		}
	}
	return nil
}
