package mail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/platform/record"
)

// The texts of mails stand in the catalogue. The staff may word each of them otherwise, in
// each language; what it words lies in mail_texts and is laid over the catalogue.

const (
	maxSubject = 200
	maxBody    = 10_000
	textsMoved = "mail-texts"
	loadWithin = 5 * time.Second
)

// Wording is a text of a mail in one language: subject and body by plural form, with values
// in single braces: "Dear {Name}".
type Wording struct {
	Subject i18n.Forms `json:"subject" doc:"by plural form; other always"`
	Body    i18n.Forms `json:"body" doc:"by plural form; other always"`
}

// all is everything it says, to be searched.
func (w Wording) all() string {
	var b strings.Builder
	for _, form := range i18n.PluralForms {
		b.WriteString("\n" + w.Subject[form] + "\n" + w.Body[form])
	}
	return b.String()
}

// Text is a text of a mail as the staff sees it.
type Text struct {
	ID      core.ID      `json:"id,omitempty" doc:"where the staff words it"`
	Name    string       `json:"name" doc:"of the text: registration_approved"`
	Lang    string       `json:"lang"`
	Own     bool         `json:"own" doc:"worded by the staff"`
	Now     Wording      `json:"now"`
	Program Wording      `json:"program" doc:"as the program words it"`
	Values  []string     `json:"values" doc:"what may stand in braces"`
	Needed  []string     `json:"needed" doc:"what must, for without it the mail is of no use"`
	Moved   bool         `json:"moved" doc:"the program words it otherwise than when the staff did"`
	By      string       `json:"by,omitempty"`
	Changed core.Instant `json:"changed,omitzero"`
	Version int64        `json:"version"`
}

// Line is a mail in the list of texts. Subject is as the program words it in the language
// that was asked for.
type Line struct {
	Name    string   `json:"name"`
	Subject string   `json:"subject"`
	Own     []string `json:"own" doc:"languages in which the staff words it"`
	Moved   bool     `json:"moved"`
}

type textRow struct {
	bun.BaseModel `bun:"table:mail_texts,alias:mt"`

	ID      core.ID      `bun:"id,pk"`
	Name    string       `bun:"name"`
	Lang    string       `bun:"lang"`
	Forms   string       `bun:"forms"`
	Was     string       `bun:"was"`
	ByName  string       `bun:"by_name"`
	Changed core.Instant `bun:"changed"`
	Version int64        `bun:"version"`
}

// forms are the stored wording, with values as templates name them.
func (r textRow) forms() (Wording, error) {
	var w Wording
	if err := json.Unmarshal([]byte(r.Forms), &w); err != nil {
		return w, fmt.Errorf("read the text %s in %s: %w", r.Name, r.Lang, err)
	}
	return w, nil
}

// wordings is the catalogue as this forum words it, remembered.
type wordings struct {
	rec   *record.Record
	base  *i18n.Catalog
	log   *slog.Logger
	mu    sync.Mutex
	stale atomic.Bool
	words atomic.Pointer[i18n.Catalog]
}

func newWordings(rec *record.Record, base *i18n.Catalog, log *slog.Logger) *wordings {
	t := &wordings{rec: rec, base: base, log: log}
	t.words.Store(base)
	t.stale.Store(true)
	rec.OnSignal(textsMoved, func() { t.stale.Store(true) })
	return t
}

// now is the catalogue with what the staff has worded. While the database cannot be asked, it
// is what it was.
func (t *wordings) now() *i18n.Catalog {
	if !t.stale.Load() {
		return t.words.Load()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.stale.Swap(false) {
		return t.words.Load()
	}
	words, err := t.load()
	if err != nil {
		t.stale.Store(true)
		t.log.Error("load texts of mails", "error", err)
		return t.words.Load()
	}
	t.words.Store(words)
	return words
}

func (t *wordings) load() (*i18n.Catalog, error) {
	ctx, cancel := context.WithTimeout(context.Background(), loadWithin)
	defer cancel()
	var rows []textRow
	if err := t.rec.DB.Read.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load texts: %w", err)
	}
	edits := map[string]map[string]i18n.Forms{}
	for _, r := range rows {
		w, err := r.forms()
		if err != nil {
			return nil, err
		}
		lay(edits, r.Name, r.Lang, w)
	}
	words, err := t.base.Edited(edits)
	if err != nil {
		return nil, fmt.Errorf("lay texts over the catalogue: %w", err)
	}
	return words, nil
}

func lay(edits map[string]map[string]i18n.Forms, name, lang string, w Wording) {
	if edits[lang] == nil {
		edits[lang] = map[string]i18n.Forms{}
	}
	edits[lang][subjectKey(name)], edits[lang][bodyKey(name)] = templates(w.Subject), templates(w.Body)
}

func subjectKey(name string) string { return i18n.MailPrefix + name + ".subject" }
func bodyKey(name string) string    { return i18n.MailPrefix + name + ".body" }

var (
	inTemplate = regexp.MustCompile(`\{\{\.([A-Za-z]+)\}\}`)
	inBraces   = regexp.MustCompile(`\{([A-Za-z]+)\}`)
)

// shown writes values in single braces.
func shown(f i18n.Forms) i18n.Forms {
	out := i18n.Forms{}
	for form, text := range f {
		out[form] = inTemplate.ReplaceAllString(text, "{$1}")
	}
	return out
}

func templates(f i18n.Forms) i18n.Forms {
	out := i18n.Forms{}
	for form, text := range f {
		out[form] = inBraces.ReplaceAllString(text, "{{.$1}}")
	}
	return out
}

// program is a text as the program words it; a language that lacks it has the English one.
func (s *Service) program(name, lang string) (Wording, bool) {
	subject, body := s.catalog.Mail(lang, subjectKey(name)), s.catalog.Mail(lang, bodyKey(name))
	if subject == nil || body == nil {
		subject, body = s.catalog.Mail("en", subjectKey(name)), s.catalog.Mail("en", bodyKey(name))
	}
	return Wording{Subject: shown(subject), Body: shown(body)}, subject != nil && body != nil
}

// values are what a text may hold, and what it must: addresses and codes, without which its
// reader cannot do what the mail is for.
func (s *Service) values(name string) (may, must []string) {
	body := s.catalog.Mail("en", bodyKey(name))
	may = append(s.catalog.Mail("en", subjectKey(name)).Values(), body.Values()...)
	slices.Sort(may)
	for _, v := range body.Values() {
		if addresses[v] {
			must = append(must, v)
		}
	}
	return slices.Compact(may), must
}

// addresses are values that are addresses or codes.
var addresses = map[string]bool{
	"URL": true, "URLs": true, "Link": true, "Code": true, "End": true, "Board": true, "Settings": true,
}

func printOf(w Wording) string {
	b, _ := json.Marshal(w) // maps of text: it never fails, and keys are in order
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Lines lists the texts of mails by name. The staff may call. words, which may be empty,
// stand in the name, the subject or the body.
func (s *Service) Lines(ctx context.Context, a core.Actor, lang, words string) ([]Line, error) {
	if err := mayWord(a, "see"); err != nil {
		return nil, err
	}
	var rows []textRow
	if err := s.rec.DB.Read.NewSelect().Model(&rows).OrderExpr("mt.name, mt.lang").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load texts of mails: %w", err)
	}
	own := map[string][]textRow{}
	for _, r := range rows {
		own[r.Name] = append(own[r.Name], r)
	}
	words = core.Fold(words)
	out := []Line{}
	for _, key := range s.catalog.Keys("en") {
		name, ok := strings.CutSuffix(strings.TrimPrefix(key, i18n.MailPrefix), ".subject")
		if !ok || !strings.HasPrefix(key, i18n.MailPrefix) {
			continue
		}
		w, ok := s.program(name, lang)
		if !ok {
			continue
		}
		line := Line{Name: name, Subject: w.Subject["other"], Own: []string{}}
		text := name + w.all()
		for _, r := range own[name] {
			mine, err := r.forms()
			if err != nil {
				return nil, err
			}
			was, _ := s.program(name, r.Lang)
			line.Own, line.Moved = append(line.Own, r.Lang), line.Moved || r.Was != printOf(was)
			text += mine.all()
		}
		if words == "" || strings.Contains(core.Fold(text), words) {
			out = append(out, line)
		}
	}
	return out, nil
}

// TextOf is a text in a language. The staff may call; a name that is none is core.NotFound.
func (s *Service) TextOf(ctx context.Context, a core.Actor, name, lang string) (Text, error) {
	if err := mayWord(a, "see"); err != nil {
		return Text{}, err
	}
	return s.textOf(ctx, s.rec.DB.Read, name, lang)
}

func (s *Service) textOf(ctx context.Context, idb bun.IDB, name, lang string) (Text, error) {
	w, ok := s.program(name, lang)
	if !ok || !core.LangKnown(lang) {
		return Text{}, core.NotFound()
	}
	out := Text{Name: name, Lang: lang, Now: w, Program: w}
	out.Values, out.Needed = s.values(name)
	var rows []textRow
	if err := idb.NewSelect().Model(&rows).Where("mt.name = ? AND mt.lang = ?", name, lang).Scan(ctx); err != nil {
		return out, fmt.Errorf("load text of mail: %w", err)
	}
	if len(rows) == 0 {
		return out, nil
	}
	r := rows[0]
	mine, err := r.forms()
	if err != nil {
		return out, err
	}
	out.ID, out.Own, out.Now, out.By, out.Changed, out.Version = r.ID, true, mine, r.ByName, r.Changed, r.Version
	out.Moved = r.Was != printOf(w)
	return out, nil
}

// Word keeps a text as the staff words it. Administrators and the secretariat may call. An
// unknown value, a needed one that is missing and a form that the language needs are
// core.Invalid by field: subject, body, subject_one …; core.Stale with a TextInput.
func (s *Service) Word(ctx context.Context, a core.Actor, name string, in TextInput) error {
	if err := mayWord(a, "word"); err != nil {
		return err
	}
	w, err := s.wording(name, in)
	if err != nil {
		return err
	}
	b, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("write text of mail: %w", err)
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		now, err := s.textOf(ctx, tx, name, in.Lang)
		if err != nil {
			return err
		}
		if now.Version != in.Version {
			return core.Stale(InputOf(now))
		}
		row := textRow{
			ID: cmp.Or(now.ID, tx.NewID()), Name: name, Lang: in.Lang, Forms: string(b), Was: printOf(now.Program),
			ByName: a.Name, Changed: tx.Now, Version: in.Version + 1,
		}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (name, lang) DO UPDATE").
			Set("forms = EXCLUDED.forms, was = EXCLUDED.was, by_name = EXCLUDED.by_name, changed = EXCLUDED.changed, version = EXCLUDED.version").
			Exec(ctx); err != nil {
			return fmt.Errorf("keep text of mail: %w", err)
		}
		tx.Append("mail_text.worded", row.ID, core.ScopeForum, record.Internal,
			record.Data{"label": name, "lang": in.Lang, "before": now.Now.Subject["other"], "after": w.Subject["other"]})
		tx.Signal(textsMoved)
		return nil
	})
}

// Unword takes the staff's wording away: the program's counts again. Administrators and the
// secretariat may call.
func (s *Service) Unword(ctx context.Context, a core.Actor, name, lang string, version int64) error {
	if err := mayWord(a, "word"); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		now, err := s.textOf(ctx, tx, name, lang)
		if err != nil || !now.Own {
			return err
		}
		if now.Version != version {
			return core.Stale(InputOf(now))
		}
		if _, err := tx.NewDelete().Model((*textRow)(nil)).Where("name = ? AND lang = ?", name, lang).Exec(ctx); err != nil {
			return fmt.Errorf("remove text of mail: %w", err)
		}
		tx.Append("mail_text.unworded", now.ID, core.ScopeForum, record.Internal, record.Data{"label": name, "lang": lang, "before": now.Now.Subject["other"]})
		tx.Signal(textsMoved)
		return nil
	})
}

// Try queues a text with examples for its values to the address of whoever asks. The staff
// may call, some times a minute.
func (s *Service) Try(ctx context.Context, a core.Actor, t Text, args ...any) error {
	if err := mayWord(a, "word"); err != nil {
		return err
	}
	if err := s.tries.Allow(string(a.Account)); err != nil {
		return err
	}
	to, err := s.readers.AddressOf(ctx, a.Account)
	if err != nil {
		return err
	}
	subject, text := s.Compose(t.Lang, t.Name, args...)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.queueTx(ctx, tx, Message{ID: "text-try/" + string(tx.NewID()), Kind: "text_try", To: to, ToName: a.Name, Lang: t.Lang, Subject: subject, Text: text})
	})
}
