package programme

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/people"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
	"plenary/internal/testkit"
)

// stage is a fair at which people sign in: each header X-As names one of its actors.
type stage struct {
	*fair
	server *web.Server
	actors map[string]core.Actor
	amina  people.Person // organises
	kenji  people.Person // speaks
	sahel  people.Organisation
	ws     *Session
}

func newStage(t *testing.T, address string) *stage {
	t.Helper()
	s := &stage{fair: newFair(t, address, kyoto), actors: map[string]core.Actor{"secretary": secretary}}
	files := func(folder string) fs.FS { return os.DirFS(filepath.Join(testkit.Root(t), "web", folder)) }
	catalog, err := testkit.Catalog()
	s.ok(err)
	s.server, err = web.New(web.Config{BaseURL: "https://forum.example", Build: "test"}, catalog, s.rec, slog.New(s.log), files("templates"), files("assets"))
	s.ok(err)
	s.server.Identify = func(_ http.ResponseWriter, r *http.Request) core.Actor { return s.actors[r.Header.Get("X-As")] }
	s.w = NewWeb(s.s, s.editions, s.people, s.w.vocab, s.w.bodies)
	s.ok(s.w.Register(s.server))
	s.s.API(s.server.NewAPI("test"))
	s.h = s.server.Handler()
	s.rec.On("person.affiliated", s.s.OnAffiliated)
	s.rec.On("person.merged", s.s.OnMerged)
	s.rec.On("edition.changed", s.s.OnEdition)
	s.write(func(ctx context.Context, tx *record.Tx) error {
		if s.sahel, err = s.people.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: core.NewText("en", "Sahel Networks"), Kind: "civil-society"}); err != nil {
			return err
		}
		if s.amina, err = s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "Amina Diallo"}); err != nil {
			return err
		}
		if s.kenji, err = s.people.CreatePersonTx(ctx, tx, people.NewPerson{Name: "Kenji Moriyama", Country: "JP"}); err != nil {
			return err
		}
		_, err = s.people.AddAffiliationTx(ctx, tx, people.NewAffiliation{Person: s.amina.ID, Organisation: s.sahel.ID, Title: "Executive Director", From: "2019", Until: "2024-03"})
		return err
	})
	for name, p := range map[string]people.Person{"amina": s.amina, "kenji": s.kenji} {
		s.actors[name] = core.Actor{Account: core.ID("account-" + name), Person: p.ID, Name: p.Name}
	}
	s.actors["member"] = core.Actor{Account: "account-member", Person: "person-member", Name: "Somebody"}
	s.ws = s.add("workshop", "Rural networks", "2023-10-11", "14:00", 90, "Room I", func(in *NewSession) { in.State = StateDraft; in.Number = 184 })
	s.crew(s.ws, RoleInput{Person: s.amina.ID, Role: Organiser}, RoleInput{Person: s.kenji.ID, Role: Speaker})
	return s
}

func (s *stage) crew(x *Session, in ...RoleInput) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *record.Tx) error {
		fresh, err := s.s.SessionTx(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		_, err = s.s.AddRolesTx(ctx, tx, s.set, fresh, in)
		return err
	})
}

// as gives the session as an actor sees it.
func (s *stage) as(name, ref string) (*Session, error) {
	return s.s.Session(s.t.Context(), s.actors[name], s.set, ref)
}

func (s *stage) must(name, ref string) *Session {
	s.t.Helper()
	x, err := s.as(name, ref)
	s.ok(err)
	return x
}

// publish puts a draft into the programme.
func (s *stage) publish(ref string) {
	s.t.Helper()
	in := MoveOf(s.must("secretary", ref), s.set.Zone)
	in.State = StateScheduled
	_, err := s.s.Move(s.t.Context(), secretary, s.set, ref, in)
	s.ok(err)
}

// send posts a form and gives the answer.
func (s *stage) send(as, path string, form url.Values) (*httptest.ResponseRecorder, *goquery.Document) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-As", as)
	r.Header.Set("Cookie", "session="+as)
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	s.ok(err)
	return w, doc
}

// form reads the values of the form of a page, as a browser would send them.
func (s *stage) form(as, path string) url.Values {
	s.t.Helper()
	return fieldsOf(s.page(as, path))
}

func fieldsOf(doc *goquery.Document) url.Values {
	v := url.Values{}
	doc.Find("main form [name]").Each(func(_ int, f *goquery.Selection) {
		name, _ := f.Attr("name")
		value, _ := f.Attr("value")
		switch kind, _ := f.Attr("type"); {
		case f.Is("textarea"):
			v.Add(name, strings.TrimPrefix(f.Text(), "\n"))
		case f.Is("select"):
			value, _ = f.Find("option[selected]").Attr("value")
			v.Add(name, value)
		case f.Is("button"):
		case kind == "checkbox" || kind == "radio":
			if _, checked := f.Attr("checked"); checked {
				v.Add(name, value)
			}
		default:
			v.Add(name, value)
		}
	})
	return v
}

func (s *stage) events(subject core.ID, kinds ...string) []record.Event {
	s.t.Helper()
	list, err := s.rec.Events(s.t.Context(), record.Query{Subjects: []core.ID{subject}, Kinds: kinds, Internal: true, Page: core.Page{Limit: 500}})
	s.ok(err)
	return list.Items
}

func onStage(t *testing.T, test func(t *testing.T, s *stage)) {
	t.Helper()
	testkit.Databases(t, func(t *testing.T, address string) { test(t, newStage(t, address)) })
}
