package messages

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/web"
)

// Labels names takeaways, sessions and what drafters say is their own as sources, for the pages and exports of
// documents, in the reader's language.
func (s *Service) Labels(ctx context.Context, kind, lang string, refs []string, t func(key string, args ...any) string) (map[string]documents.SourceLabel, error) {
	a := core.ActorOf(ctx)
	out := map[string]documents.SourceLabel{}
	if kind == SourceOwn {
		for _, ref := range refs {
			out[ref] = documents.SourceLabel{Label: t("messages.own")}
		}
		return out, nil
	}
	if kind == SourceSession {
		ids := make([]core.ID, len(refs))
		for i, r := range refs {
			ids[i] = core.ID(r)
		}
		sessions, err := s.programme.SessionsByID(ctx, a, ids)
		if err != nil {
			return nil, err
		}
		for id, ses := range sessions {
			title, _ := ses.Title.In(lang)
			out[string(id)] = documents.SourceLabel{Label: title, URL: ses.Path()}
		}
		return out, nil
	}
	points, err := s.reports.PointsByRef(ctx, refs)
	if err != nil {
		return nil, err
	}
	var ids []core.ID
	for _, p := range points {
		ids = append(ids, p.Session)
	}
	sessions, err := s.programme.SessionsByID(ctx, a, ids)
	if err != nil {
		return nil, err
	}
	for ref, p := range points {
		if ses := sessions[p.Session]; ses != nil {
			title, _ := ses.Title.In(lang)
			out[ref] = documents.SourceLabel{
				Label: t("messages.source_label", "Number", p.Para[1:], "Session", title), URL: ses.Path() + "/report#" + p.Para,
			}
		}
	}
	return out, nil
}

// Export is the Messages of an edition as data.
type Export struct {
	Edition   string        `json:"edition"`
	Name      core.Text     `json:"name"`
	State     string        `json:"state" enum:"drafted,published,final"`
	Published core.Instant  `json:"published"`
	Finalised core.Instant  `json:"finalised"`
	Revision  int           `json:"revision"`
	Hash      string        `json:"hash" doc:"SHA-256 of the frozen text"`
	Groups    []exportGroup `json:"groups"`
}

type exportGroup struct {
	Session     core.ID         `json:"session,omitempty"`
	Heading     core.Text       `json:"heading"`
	Attribution core.Text       `json:"attribution"`
	Messages    []exportMessage `json:"messages"`
}

type exportMessage struct {
	Number    int                 `json:"number"`
	Path      string              `json:"path"`
	Text      core.Text           `json:"text"`
	Sentences []exportSentence    `json:"sentences" doc:"of the original text"`
	Sources   []documents.Source  `json:"sources" doc:"about the Message as a whole"`
	Dissent   []documents.Dissent `json:"dissent"`
}

type exportSentence struct {
	Text    string             `json:"text"`
	Degree  string             `json:"degree,omitempty"`
	Sources []documents.Source `json:"sources"`
}

// Data gives the Messages of an edition that an actor may see, as data.
func (s *Service) Data(ctx context.Context, a core.Actor, set *editions.Setting) (Export, error) {
	v, err := s.View(ctx, a, set, false)
	if err != nil {
		return Export{}, err
	}
	if v.Revision == nil {
		return Export{}, core.NotFound()
	}
	out := Export{
		Edition: set.Slug, Name: v.Set.Name, State: v.State, Published: v.Set.Published, Finalised: v.Set.Finalised,
		Revision: v.Revision.Number, Hash: v.Revision.Hash, Groups: []exportGroup{},
	}
	for _, g := range groups(*v.Revision) {
		eg := exportGroup{Session: g.Session, Heading: g.Heading, Attribution: g.Attribution}
		for _, m := range g.Messages {
			eg.Messages = append(eg.Messages, exported(set, m))
		}
		out.Groups = append(out.Groups, eg)
	}
	return out, nil
}

func exported(set *editions.Setting, m Message) exportMessage {
	em := exportMessage{
		Number: m.N, Path: set.Path() + "/messages/" + strconv.Itoa(m.N), Text: m.Para.Text,
		Sources: []documents.Source{}, Dissent: []documents.Dissent{},
	}
	em.Dissent = append(em.Dissent, m.Para.Attrs.Dissent...)
	for i, text := range m.Para.Sentences() {
		es := exportSentence{Text: strings.TrimSpace(text), Degree: m.Para.Attrs.Degree(i + 1), Sources: []documents.Source{}}
		for _, src := range m.Para.Sources {
			if src.Sentence == i+1 {
				es.Sources = append(es.Sources, src)
			}
		}
		em.Sentences = append(em.Sentences, es)
	}
	for _, src := range m.Para.Sources {
		if src.Sentence == 0 {
			em.Sources = append(em.Sources, src)
		}
	}
	return em
}

// export gives the set as data (JSON), or as a file of a format that documents.Send knows.
func (w *Web) export(c *web.C) error {
	set, err := w.editions.Setting(c.Context(), c.Actor, c.Edition)
	if err != nil {
		return err
	}
	c.Reads(set.Scope(), core.ScopeForum)
	path := c.Path()
	if strings.HasSuffix(path, ".json") {
		data, err := w.s.Data(c.Context(), c.Actor, set)
		if err != nil {
			return err
		}
		b, err := json.MarshalIndent(data, "", " ")
		if err != nil {
			return err
		}
		return c.Bytes("application/json", append(b, '\n'))
	}
	v, err := w.s.View(c.Context(), c.Actor, set, false)
	if err != nil {
		return err
	}
	if v.Revision == nil {
		return core.NotFound()
	}
	docs, err := w.s.docs.Load(c.Context(), v.Set.Document)
	if err != nil {
		return err
	}
	// What is cited may be renamed in a scope that the file does not know of.
	c.Until(c.Now().Add(10 * time.Minute))
	degrees := w.degrees(c)
	address := c.S.BaseURL + "/documents/" + string(v.Set.Document) + "/revisions/" + strconv.Itoa(v.Revision.Number)
	e, err := documents.Prepare(docs[v.Set.Document], *v.Revision, documents.Words{
		Lang: c.Lang, T: c.T, Stamp: func(at core.Instant) string { return c.Stamp(at, set.Zone) + " " + set.Place(c.Lang) },
		Resolve: w.s.docs.Resolver(core.WithActor(c.Context(), c.Actor), c.Lang), Degree: func(code string) documents.DegreeLabel { return degrees[code] },
		Stage: c.T("messages.stage." + v.State), Address: address, Number: Number,
		ParaAddress: func(p documents.Paragraph) string {
			if n := Number(p); n != "" {
				return c.S.BaseURL + set.Path() + "/messages/" + n
			}
			return ""
		},
	})
	if err != nil {
		return err
	}
	_, format, _ := strings.Cut(path[strings.LastIndexByte(path, '/')+1:], ".")
	return w.s.docs.Send(c, e, format)
}

// Number is what stands beside a paragraph of Messages: the number of a Message, nothing
// beside what is none.
func Number(p documents.Paragraph) string {
	if o := ownOf(p); o.Part == partMessage && o.N > 0 {
		return strconv.Itoa(o.N)
	}
	return ""
}

// Addresses are the pages on which the documents of Messages are shown.
func (s *Service) Addresses(ctx context.Context, docs []documents.Document) (map[core.ID]string, error) {
	out := map[core.ID]string{}
	for _, d := range docs {
		set, err := s.editions.SettingByID(ctx, core.ActorOf(ctx), d.Subject)
		if core.KindOf(err) == core.KindNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[d.ID] = set.Path() + "/messages"
	}
	return out, nil
}
