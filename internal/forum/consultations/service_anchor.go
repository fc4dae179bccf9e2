package consultations

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
	"plenary/internal/solve/anchors"
)

// atOnce is how many rows a statement writes.
const atOnce = 500

// textsTx reads the published revisions of a document inside an act.
func (s *Service) textsTx(ctx context.Context, tx *record.Tx, doc core.ID) (*texts, error) {
	return s.readTexts(ctx, tx, doc)
}

// readTexts reads the published revisions of a document with their paragraphs.
func (s *Service) readTexts(ctx context.Context, idb bun.IDB, doc core.ID) (*texts, error) {
	revs, err := s.docs.PublishedAll(ctx, idb, doc)
	if err != nil {
		return nil, err
	}
	t := &texts{revs: map[int]documents.Revision{}}
	for _, r := range revs {
		t.revs[r.Number], t.last = r, max(t.last, r.Number)
	}
	return t, nil
}

func (t *texts) numbers() []int {
	var out []int
	for n := range t.revs {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// movers are prepared once for each pair of revisions and language; several goroutines may
// ask for them at once.
type movers struct {
	t    *texts
	mu   sync.Mutex
	made map[moverKey]*anchors.Mover
}

type moverKey struct {
	from, to int
	lang     string
}

func (t *texts) movers() *movers {
	if t.move == nil {
		t.move = &movers{t: t, made: map[moverKey]*anchors.Mover{}}
	}
	return t.move
}

func (m *movers) get(from, to int, lang string) *anchors.Mover {
	k := moverKey{from, to, lang}
	m.mu.Lock()
	defer m.mu.Unlock()
	if x, ok := m.made[k]; ok {
		return x
	}
	a, _ := m.t.paras(from, lang)
	b, _ := m.t.paras(to, lang)
	x := anchors.New(a, b)
	m.made[k] = x
	return x
}

// place finds a comment in a revision. before is where it stood in the revision before
// that one, if it was placed there: where the words of the author are gone, what they
// had become may still be there.
func (m *movers) place(co Comment, to int, before *Placed) Placed {
	out := Placed{Comment: co.ID, Revision: to, Result: anchors.Exact, Score: 1}
	switch {
	case co.Para == "": // about the whole text, which is there
		return out
	case to == co.Revision:
		out.Para, out.From, out.To = co.Para, co.From, co.To
		return out
	}
	p := m.get(co.Revision, to, co.AnchorLang).Place(co.anchor())
	if (p.Result == anchors.Changed || p.Result == anchors.Orphaned) && before != nil && before.Result != anchors.Orphaned && before.Revision != co.Revision {
		back := m.get(before.Revision, before.Revision, co.AnchorLang)
		if a, ok := back.Anchor(anchors.Placed{Para: before.Para, Start: before.From, End: before.To, Result: before.Result}); ok {
			q := m.get(before.Revision, to, co.AnchorLang).Place(a)
			if q.Score *= before.Score; q.Result != anchors.Orphaned && (p.Result == anchors.Orphaned || q.Score > p.Score) {
				p = q
				p.Result = anchors.Changed
			}
		}
	}
	out.Para, out.From, out.To, out.Result, out.Score = p.Para, p.Start, p.End, p.Result, p.Score
	return out
}

// all places comments in a revision, on all processors: everybody who writes waits for it.
func (m *movers) all(list []Comment, to int, before map[core.ID]*Placed) []Placed {
	rows := make([]Placed, len(list))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				rows[i] = m.place(list[i], to, before[list[i].ID])
			}
		})
	}
	wg.Wait()
	return rows
}

// placeOne places a new or edited comment in every published revision.
func (s *Service) placeOne(ctx context.Context, tx *record.Tx, t *texts, co *Comment) error {
	if _, err := tx.NewDelete().Model((*Placed)(nil)).Where("comment = ?", co.ID).Exec(ctx); err != nil {
		return fmt.Errorf("clear places: %w", err)
	}
	return writePlaces(ctx, tx, allPlaces(t.movers(), *co))
}

func allPlaces(m *movers, co Comment) []Placed {
	var rows []Placed
	var before *Placed
	for _, n := range m.t.numbers() {
		row := m.place(co, n, before)
		rows = append(rows, row)
		before = &row
	}
	return rows
}

func writePlaces(ctx context.Context, tx *record.Tx, rows []Placed) error {
	for chunk := range slices.Chunk(rows, atOnce) {
		if _, err := tx.NewInsert().Model(&chunk).On("CONFLICT (comment, revision) DO UPDATE").
			Set("para = EXCLUDED.para, from_rune = EXCLUDED.from_rune, to_rune = EXCLUDED.to_rune, result = EXCLUDED.result, score = EXCLUDED.score").
			Exec(ctx); err != nil {
			return fmt.Errorf("write places: %w", err)
		}
	}
	return nil
}

// onPublished places the comments of all consultations of a document on its new
// revision, in the act that publishes it. What is found nowhere is kept as orphaned.
func (s *Service) onPublished(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var windows []Consultation
	if err := tx.NewSelect().Model(&windows).Where("cs.document = ?", e.Subject).Scan(ctx); err != nil {
		return fmt.Errorf("load consultations: %w", err)
	}
	if len(windows) == 0 {
		return nil
	}
	ids := make([]core.ID, len(windows))
	for i, c := range windows {
		ids[i] = c.ID
	}
	var list []Comment
	if err := tx.NewSelect().Model(&list).
		Column("id", "consultation", "revision", "para", "from_rune", "to_rune", "quote", "quote_before", "quote_after", "place", "anchor_lang").
		Where("co.consultation IN (?)", bun.List(ids)).OrderExpr("co.id").Scan(ctx); err != nil {
		return fmt.Errorf("load comments: %w", err)
	}
	if len(list) == 0 {
		return nil
	}
	t, err := s.textsTx(ctx, tx, e.Subject)
	if err != nil {
		return err
	}
	numbers := t.numbers()
	before := map[core.ID]*Placed{}
	if len(numbers) > 1 {
		var rows []Placed
		if err := tx.NewSelect().Model(&rows).Join("JOIN comments AS co ON co.id = cp.comment").
			Where("co.consultation IN (?) AND cp.revision = ?", bun.List(ids), numbers[len(numbers)-2]).Scan(ctx); err != nil {
			return fmt.Errorf("load places: %w", err)
		}
		for i := range rows {
			before[rows[i].Comment] = &rows[i]
		}
	}
	rows := t.movers().all(list, t.last, before)
	counts := map[anchors.Result]int{}
	for _, p := range rows {
		counts[p.Result]++
	}
	if err := writePlaces(ctx, tx, rows); err != nil {
		return err
	}
	tx.Append("comments.placed", e.Subject, e.Scope, record.Public, record.Data{
		"revision": t.last, "exact": counts[anchors.Exact], "moved": counts[anchors.Moved], "changed": counts[anchors.Changed], "orphaned": counts[anchors.Orphaned],
	})
	return nil
}

// onFinalised keeps Messages from becoming final while a review of them is open or a
// comment lacks its disposition. Error: KindConflict that says where and which.
func (s *Service) onFinalised(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var windows []Consultation
	if err := tx.NewSelect().Model(&windows).Where("cs.edition = ? AND cs.kind = ?", e.Subject, kindMessages).OrderExpr("cs.id").Scan(ctx); err != nil {
		return fmt.Errorf("load consultations: %w", err)
	}
	for _, c := range windows {
		switch c.State(tx.Now) {
		case StateOpen:
			return core.Conflict("consultations.error.review_open", "Ref", c.Ref)
		case StatePlanned:
			return core.Conflict("consultations.error.review_planned", "Ref", c.Ref)
		}
		if err := s.lacking(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
