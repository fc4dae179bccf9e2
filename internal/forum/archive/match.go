package archive

import (
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
)

// Reasons of suggestions beside those of the people's room.
const (
	reasonKey          = "same_key"   // the file of another program calls it so
	reasonRef          = "same_ref"   // WS #184 and ws184
	reasonTitle        = "same_title" // in any language, short or full
	reasonBegins       = "title_begins"
	reasonWords        = "title_words"
	reasonTime         = "same_time"
	reasonDay          = "same_day"
	reasonRoom         = "same_room"
	reasonOrganisation = "same_organisation"
)

// known is what stands already, as staging compares with it.
type known struct {
	briefs   []programme.Brief
	folded   [][]string // titles of each brief, folded
	byTitle  map[string][]int
	byWord   map[string][]int
	full     map[core.ID]*programme.Session
	keys     map[string]core.ID // kind, space, key
	reported map[core.ID]bool   // sessions that have takeaways
	messages bool               // the edition has Messages
	used     map[core.ID]bool   // linked by an earlier thing of this source
	keyFrom  map[string]core.ID // the source from which a key comes, where it was followed
	planned  bool               // the programme becomes public by releases: full is as planned
	public   map[core.ID]*programme.Session
}

// newKnown sorts the sessions of an edition by what they are called.
func newKnown(briefs []programme.Brief) known {
	k := known{
		briefs: briefs, folded: make([][]string, len(briefs)), byTitle: map[string][]int{}, byWord: map[string][]int{},
		keys: map[string]core.ID{}, keyFrom: map[string]core.ID{}, reported: map[core.ID]bool{}, used: map[core.ID]bool{},
	}
	for i, b := range briefs {
		for _, t := range append(values(b.Title), values(b.ShortTitle)...) {
			f := core.Fold(t)
			k.folded[i] = append(k.folded[i], f)
			k.byTitle[f] = append(k.byTitle[f], i)
			for _, w := range core.Words(t) {
				if list := k.byWord[w]; len(list) == 0 || list[len(list)-1] != i {
					k.byWord[w] = append(list, i)
				}
			}
		}
	}
	return k
}

// load reads what stands in the edition, in a handful of queries.
func (st *staging) load() error {
	briefs, err := st.s.programme.Briefs(st.ctx, st.a, st.set, programme.Filter{})
	if err != nil {
		return err
	}
	ids := make([]core.ID, len(briefs))
	for i, b := range briefs {
		ids[i] = b.ID
	}
	k := known{briefs: slices.Clone(briefs)}
	if k.full, err = st.s.programme.SessionsByID(st.ctx, st.a, ids); err != nil {
		return err
	}
	plan, err := st.s.planned(st.ctx, st.s.rec.DB.Read, st.set.ID)
	if err != nil {
		return err
	}
	k.planAll(plan, st.set.Zone)
	fresh := newKnown(k.briefs)
	fresh.full, fresh.planned, fresh.public = k.full, k.planned, k.public
	k = fresh
	var rows []struct {
		Kind    string  `bun:"kind"`
		Key     string  `bun:"key"`
		Subject core.ID `bun:"subject"`
		Origin  core.ID `bun:"origin"`
	}
	if err := st.s.rec.DB.Read.NewSelect().TableExpr("import_keys AS ik").ColumnExpr("ik.kind, ik.key, ik.subject, im.origin").
		Join("JOIN imports AS im ON im.id = ik.import").Where("ik.edition = ?", st.set.ID).Scan(st.ctx, &rows); err != nil {
		return fmt.Errorf("load keys of imports: %w", err)
	}
	for _, r := range rows {
		k.keys[r.Kind+" "+r.Key], k.keyFrom[r.Kind+" "+r.Key] = r.Subject, r.Origin
	}
	byStore, err := st.s.reports.OfEdition(st.ctx, st.set.ID)
	if err != nil {
		return err
	}
	for id, list := range byStore {
		k.reported[id] = slices.ContainsFunc(list, func(r reports.Report) bool { return r.Kind == reports.Takeaways })
	}
	if k.messages, err = st.s.messages.Begun(st.ctx, st.set.ID); err != nil {
		return err
	}
	st.known = k
	return nil
}

// sessionsLike are the sessions of the edition that may be the found one, with why. said
// is its time as the source states it, even where the edition cannot have it.
func (st *staging) sessionsLike(fs FoundSession, said core.Instant) []Suggestion {
	k := st.known
	best := map[int]*Suggestion{}
	give := func(i, score int, reason string) {
		s := best[i]
		if s == nil {
			s = &Suggestion{Target: k.briefs[i].ID, Label: k.briefs[i].Title.String(), Detail: k.briefs[i].Ref, Path: k.briefs[i].Path()}
			best[i] = s
		}
		s.Score = max(s.Score, score)
		if !slices.Contains(s.Reasons, reason) {
			s.Reasons = append(s.Reasons, reason)
		}
	}
	keyed := st.keyed(KindSession, fs.Key)
	for i, b := range k.briefs {
		if b.ID == keyed || fs.GUID != "" && b.ID == fs.GUID {
			give(i, 100, reasonKey)
		}
		if fs.Ref != "" && fs.Ref == b.Ref || referred(fs.Reference, b.Ref) {
			give(i, 91, reasonRef)
		}
	}
	for _, t := range []string{fs.Title, fs.ShortTitle} {
		f := core.Fold(t)
		if f == "" {
			continue
		}
		for _, i := range k.byTitle[f] {
			give(i, 90, reasonTitle)
		}
		if len(f) < 20 {
			continue
		}
		for i, titles := range k.folded {
			for _, h := range titles {
				short, long := h, f
				if len(short) > len(long) {
					short, long = long, short
				}
				if len(short) < 20 || short == long || !strings.HasPrefix(long, short) {
					continue
				}
				score := 60
				if said.IsZero() || k.briefs[i].Starts.IsZero() || k.briefs[i].Starts == said {
					score = 82
				}
				give(i, score, reasonBegins)
			}
		}
	}
	st.alike(fs, give)
	for i, s := range best {
		b := k.briefs[i]
		if s.Score >= 100 {
			continue
		}
		switch {
		case !said.IsZero() && said == b.Starts:
			s.Score, s.Reasons = s.Score+6, append(s.Reasons, reasonTime)
		case !said.IsZero() && !b.Starts.IsZero() && said.In(st.set.Zone).Format("2006-01-02") == b.Day:
			s.Score, s.Reasons = s.Score+3, append(s.Reasons, reasonDay)
		}
		if r := st.set.Room(b.Room); r != nil && fs.Room != "" && st.set.RoomNamed(fs.Room) == r {
			s.Score, s.Reasons = s.Score+2, append(s.Reasons, reasonRoom)
		}
		s.Score = min(s.Score, 99)
	}
	out := make([]Suggestion, 0, len(best))
	for _, s := range best {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Suggestion) int {
		if d := b.Score - a.Score; d != 0 {
			return d
		}
		return strings.Compare(string(a.Target), string(b.Target))
	})
	if len(out) > 5 {
		out = out[:5]
	}
	return out
}

// alike gives the sessions that share most words of their titles with the found one.
func (st *staging) alike(fs FoundSession, give func(i, score int, reason string)) {
	words := slices.Compact(slices.Sorted(slices.Values(core.Words(fs.Title))))
	if len(words) < 4 {
		return
	}
	shared := map[int]int{}
	for _, w := range words {
		list := st.known.byWord[w]
		if len(list) > len(st.known.briefs)/4+5 {
			continue // "the", "internet": they tell nothing
		}
		for _, i := range list {
			shared[i]++
		}
	}
	for i, n := range shared {
		if n < 3 {
			continue
		}
		have := len(core.Words(st.known.briefs[i].Title.String()))
		if likeness := 200 * n / (len(words) + have); likeness >= 60 {
			give(i, likeness*3/4, reasonWords)
		}
	}
}

// referred tells whether a reference as written means that address: "WS #184", ws184.
func referred(written, ref string) bool {
	n := number(written)
	if n == 0 {
		return false
	}
	letters := strings.ToLower(strings.TrimRight(written, "0123456789 #.:-–№"))
	return letters != "" && letters+fmt.Sprint(n) == ref
}

// sure is the session that the found one certainly is: no other is as likely, and no
// earlier one of this source is it already.
func (st *staging) sure(list []Suggestion) *programme.Session {
	id := sureOf(list)
	if id == "" || st.known.used[id] {
		return nil
	}
	x := st.known.full[id]
	if x != nil {
		st.known.used[id] = true
	}
	return x
}
