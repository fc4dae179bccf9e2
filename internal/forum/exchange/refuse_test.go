package exchange_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/exchange"
	"plenary/internal/testkit"
)

// zipped makes a package of files; with sign, the descriptor says what they now are.
func zipped(t testing.TB, files map[string][]byte, sign bool) []byte {
	t.Helper()
	files = maps.Clone(files)
	if sign {
		var d map[string]any
		if json.Unmarshal(files["datapackage.json"], &d) == nil {
			list, _ := d["resources"].([]any)
			for _, r := range list {
				if m, ok := r.(map[string]any); ok {
					sum := sha256.Sum256(files[fmt.Sprint(m["path"])])
					m["hash"] = "sha256:" + hex.EncodeToString(sum[:])
				}
			}
			files["datapackage.json"], _ = json.Marshal(d)
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A package that is not as it must be is refused as a whole, with the file and the row
// named, and nothing of it is stored.
func TestBadPackagesAreRefused(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	from.enrich()
	good := filesOf(t, from.pack(true))
	edit := func(file, before, after string) func(map[string][]byte) {
		return func(f map[string][]byte) {
			if !strings.Contains(string(f[file]), before) {
				t.Fatalf("%s has no %q", file, before)
			}
			f[file] = []byte(strings.Replace(string(f[file]), before, after, 1))
		}
	}
	testkit.Databases(t, func(t *testing.T, address string) {
		to := emptyOn(t, address)
		last := to.Record.Last()
		for name, c := range map[string]struct {
			change func(map[string][]byte)
			key    string // of the problem
			says   string
		}{
			"no descriptor":         {func(f map[string][]byte) { delete(f, "datapackage.json") }, "descriptor", ""},
			"another format":        {edit("datapackage.json", `"format": 3`, `"format": 4`), "format", "format 4"},
			"a foreign file":        {func(f map[string][]byte) { f["data/accounts.json"] = []byte("[]") }, "unknown_file", "data/accounts.json"},
			"a way out":             {func(f map[string][]byte) { f["data/../../etc/passwd"] = nil }, "path", "etc/passwd"},
			"an absolute path":      {func(f map[string][]byte) { f["/etc/passwd"] = nil }, "path", ""},
			"a Windows path":        {func(f map[string][]byte) { f[`data\people.json`] = nil }, "path", ""},
			"a missing table":       {func(f map[string][]byte) { delete(f, "data/rooms.json") }, "missing_file", "data/rooms.json"},
			"no list":               {func(f map[string][]byte) { f["data/rooms.json"] = []byte(`{"a":1}`) }, "unreadable", "data/rooms.json"},
			"a list cut short":      {edit("data/sessions.json", "\n]\n", ""), "unreadable", "data/sessions.json"},
			"an unknown column":     {edit("data/rooms.json", `{"id"`, `{"price":1,"id"`), "unknown_column", "price"},
			"a missing column":      {edit("data/rooms.json", `"informal":false`, `"x":false`), "no_column", "informal"},
			"a number in words":     {edit("data/rooms.json", `"capacity":`, `"capacity":"many","x":`), "integer", "capacity"},
			"a fraction":            {edit("data/rooms.json", `"capacity":`, `"capacity":1.5,"x":`), "integer", "1.5"},
			"half true":             {edit("data/rooms.json", `"informal":false`, `"informal":0`), "truth", "informal"},
			"no id":                 {edit("data/sessions.json", `"id":"`, `"id":"x`), "id", "row 1 (line 2)"},
			"no time":               {edit("data/sessions.json", `"created":"`, `"created":"on `), "instant", "created"},
			"no state":              {edit("data/sessions.json", `"state":"scheduled"`, `"state":"dreamt"`), "choice", "dreamt"},
			"no zone":               {edit("data/editions.json", `"zone":"`, `"zone":"Mars/`), "choice", "Mars/"},
			"a strange country":     {edit("data/people.json", `"country":"`, `"country":"XX`), "code", "XX"},
			"a text in no tongue":   {edit("data/sessions.json", `"title":{"by":{"en"`, `"title":{"by":{"xx"`), "json", "title"},
			"a field in a text":     {edit("data/sessions.json", `"title":{"by"`, `"title":{"html":"x","by"`), "json", "title"},
			"a script":              {edit("data/sessions.json", `"url":"https://video.example/1"`, `"url":"javascript:alert(1)"`), "json", "links"},
			"a fraction in JSON":    {edit("data/sessions.json", `"sdgs":[`, `"sdgs":[1e2,`), "json", "sdgs"},
			"a NUL":                 {edit("data/rooms.json", `"slug":"`, `"slug":"\u0000`), "text", "slug"},
			"another edition":       {edit("data/sessions.json", `"edition":"0`, `"edition":"1`), "edition", "data/sessions.json, row 1"},
			"a role of nobody":      {edit("data/session_roles.json", `"session":"0`, `"session":"1`), "reference", "data/session_roles.json, row 1 (line 2)"},
			"a relation to none":    {edit("data/session_relations.json", `"to_session":"0`, `"to_session":"1`), "reference", "data/session_relations.json"},
			"an account":            {edit("data/document_revisions.json", `"author_account":""`, `"author_account":"01890a5d-ac96-774b-bcce-b302099a8057"`), "local", "author_account"},
			"another text":          {edit("data/document_revisions.json", `"frozen":"{`, `"frozen":"{ `), "hash", "data/document_revisions.json"},
			"a score of two":        {edit("data/comment_places.json", `"score":1`, `"score":2`), "share", "data/comment_places.json, row 1 (line 2)"},
			"a score in words":      {edit("data/comment_places.json", `"score":1`, `"score":"1"`), "share", "score"},
			"a comment to none":     {edit("data/comments.json", `"consultation":"0`, `"consultation":"1`), "reference", "data/comments.json, row 1 (line 2)"},
			"a comment's account":   {edit("data/comments.json", `"account":""`, `"account":"somebody"`), "local", "account"},
			"a version that is not": {edit("data/comments.json", `"revision":1`, `"revision":99`), "revision", "data/comments.json, row 1 (line 2)"},
			"a strange group":       {edit("data/comments.json", `"grp":"`, `"grp":"x`), "code", "grp"},
			"closed before open":    {edit("data/consultations.json", `"closes":"2`, `"closes":"1`), "window", "closes"},
			"a number given twice":  {edit("data/opinion_polls.json", `"next":17`, `"next":16`), "choice", "next"},
			"a review of nothing":   {edit("data/consultations.json", `"document":"0`, `"document":"1`), "reference", "data/consultations.json"},
			"a voter with a name":   {edit("data/opinion_votes.json", `"account":"voter-`, `"account":"`), "choice", "account"},
			"two votes in one":      {edit("data/opinion_votes.json", `"vote":1`, `"vote":2`), "choice", "vote"},
			"a vote on nothing":     {edit("data/opinion_votes.json", `"statement":1,`, `"statement":999,`), "reference", "statement"},
			"the salt of a poll":    {edit("data/opinion_polls.json", `"salt":""`, `"salt":"x"`), "local", "salt"},
			"a paper's file":        {edit("data/papers.json", `"file":""`, `"file":"x"`), "local", "file"},
			"a paper of a kind":     {edit("data/papers.json", `"kind":"`, `"kind":"x`), "choice", "kind"},
			"signed twice": {func(f map[string][]byte) {
				row := strings.Split(string(f["data/paper_endorsements.json"]), "\n")[1]
				again := strings.Replace(row, `"id":"0`, `"id":"f`, 1)
				f["data/paper_endorsements.json"] = []byte("[\n" + strings.TrimSuffix(row, ",") + ",\n" + strings.TrimSuffix(again, ",") + "\n]\n")
			}, "double", "data/paper_endorsements.json, row 2"},
			"a call elsewhere":    {edit("data/ledger_calls.json", `"ref":"0`, `"ref":"1`), "reference", "data/ledger_calls.json, row 1 (line 2)"},
			"an answer to none":   {edit("data/ledger_commitments.json", `"ledger_call":"0`, `"ledger_call":"1`), "reference", "ledger_call"},
			"a kept copy":         {edit("data/ledger_evidence.json", `"hash":""`, `"hash":"x"`), "local", "hash"},
			"a script as proof":   {edit("data/ledger_evidence.json", `"url":"https`, `"url":"javascript`), "choice", "url"},
			"made of nothing":     {edit("data/ledger_derivations.json", `"earlier":"0`, `"earlier":"1`), "reference", "earlier"},
			"an issue of nothing": {edit("data/ledger_issue_items.json", `"ref":"0`, `"ref":"1`), "reference", "data/ledger_issue_items.json"},
			"a milestone in time": {edit("data/ledger_processes.json", `"day":"2`, `"day":"x2`), "json", "milestones"},
			"a body above itself": {func(f map[string][]byte) {
				f["data/bodies.json"] = []byte(strings.ReplaceAll(string(f["data/bodies.json"]), `"parent":null`, `"parent":"`+between(string(f["data/bodies.json"]), `"parent":"`)+`"`))
			}, "family", "data/bodies.json"},
		} {
			t.Run(name, func(t *testing.T) {
				files := maps.Clone(good)
				c.change(files)
				_, err := to.Exchange.ImportPackage(t.Context(), staff, zipped(t, files, true))
				e := told(t, err)
				if to.Record.Last() != last {
					t.Fatal("something was stored")
				}
				var said []string
				keys := []string{e.Key}
				for _, f := range e.Fields {
					keys = append(keys, f.Key)
					said = append(said, to.Catalog.T("en", f.Key, f.Args...))
				}
				said = append(said, to.Catalog.Error("en", e))
				if text := strings.Join(said, "\n"); !slices.Contains(keys, "exchange.package.error."+c.key) || !strings.Contains(text, c.says) {
					t.Errorf("%v\n%s", keys, text)
				}
			})
		}
		files := maps.Clone(good)
		files["data/rooms.json"] = append(files["data/rooms.json"], ' ')
		if e := told(t, second(to.Exchange.ImportPackage(t.Context(), staff, zipped(t, files, false)))); e.Key != "exchange.package.error.changed_file" {
			t.Errorf("a file that was changed: %v", e)
		}
		_, err := to.Exchange.ImportPackage(t.Context(), staff, zipped(t, good, true))
		to.ok(err)
		if e := told(t, second(to.Exchange.ImportPackage(t.Context(), staff, zipped(t, good, true)))); e.Kind != core.KindConflict || e.Key != "exchange.package.error.edition_here" {
			t.Errorf("once more: %v", e)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func told(t *testing.T, err error) *core.Error {
	t.Helper()
	e, ok := err.(*core.Error) //nolint:errorlint // it must be told as it is
	if !ok {
		t.Fatalf("%v is not told", err)
	}
	return e
}

// between is what stands after a mark up to the next quotation mark.
func between(s, mark string) string {
	_, rest, _ := strings.Cut(s, mark)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

// What would fill the memory is refused before it does.
func TestBombsAreRefused(t *testing.T) {
	s := emptyOn(t, testkit.SQLite(t))
	if e := told(t, second(s.Exchange.ImportPackage(t.Context(), staff, make([]byte, exchange.MaxPacked+1)))); e.Kind != core.KindTooLarge {
		t.Errorf("65 MB: %v", e)
	}
	many := map[string][]byte{}
	for i := range 10_001 {
		many[fmt.Sprintf("data/%d.json", i)] = nil
	}
	if e := told(t, second(s.Exchange.ImportPackage(t.Context(), staff, zipped(t, many, false)))); e.Key != "exchange.package.error.entries" {
		t.Errorf("10,001 files: %v", e)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("datapackage.json")
	s.ok(err)
	zeros := make([]byte, 1<<20)
	for range 513 {
		_, err = w.Write(zeros)
		s.ok(err)
	}
	s.ok(z.Close())
	if e := told(t, second(s.Exchange.ImportPackage(t.Context(), staff, b.Bytes()))); e.Key != "exchange.package.error.unpacked" {
		t.Errorf("513 MB of nothing in %d bytes: %v", b.Len(), e)
	}
}

// The form takes a package and says what came of it, or what is wrong with it.
func TestImportPage(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	data := from.pack(false)
	testkit.Databases(t, func(t *testing.T, address string) {
		s := emptyOn(t, address)
		if w := s.get("", "/import-package"); w.Code != http.StatusSeeOther {
			t.Errorf("a visitor: %d", w.Code)
		}
		s.must("staff", "/import-package")
		for _, c := range []struct {
			as, says string
			file     []byte
			code     int
		}{
			{"staff", "Choose a file", nil, http.StatusUnprocessableEntity},
			{"staff", "no ZIP file", []byte("hello"), http.StatusUnprocessableEntity},
			{"member", "", data, http.StatusForbidden},
			{"staff", "Sample annual meeting 2026 was imported", data, http.StatusOK},
			{"staff", "This edition is here already", data, http.StatusUnprocessableEntity},
		} {
			w := s.send(c.as, c.file)
			if w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s sends %d bytes: %d, want %d and %q\n%s", c.as, len(c.file), w.Code, c.code, c.says, main(w.Body.String()))
			}
		}
	})
}

func main(page string) string {
	_, rest, _ := strings.Cut(page, "<main")
	return rest
}

// send sends a file with the form.
func (s *stage) send(as string, file []byte) *httptest.ResponseRecorder {
	s.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if file != nil {
		w, err := form.CreateFormFile("file", "package.zip")
		s.ok(err)
		_, err = w.Write(file)
		s.ok(err)
	}
	s.ok(form.Close())
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/import-package", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("X-As", as)
	r.Header.Set("Cookie", "session="+as)
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}
