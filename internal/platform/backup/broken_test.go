package backup_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"plenary/internal/platform/backup"
	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// entry is one entry of a backup that a test makes.
type entry struct {
	name string
	body []byte
	kind byte
}

func unpack(t testing.TB, b []byte) (out []entry) {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{h.Name, body, h.Typeflag})
	}
}

func pack(t testing.TB, list []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, e := range list {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Size: int64(len(e.body)), Mode: 0o600}
		if e.kind == tar.TypeSymlink {
			h.Linkname, h.Size, e.body = "/etc/passwd", 0, nil
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func listing(t testing.TB, b []byte) string {
	t.Helper()
	var out strings.Builder
	for _, e := range unpack(t, b) {
		out.WriteString(e.name + "\n")
	}
	return out.String()
}

// at finds an entry by the beginning of its name.
func at(list []entry, name string) int {
	return slices.IndexFunc(list, func(e entry) bool { return strings.HasPrefix(e.name, name) })
}

// edit changes the first entry of that name.
func edit(name, from, to string) func(list []entry) []entry {
	return func(list []entry) []entry {
		i := at(list, name)
		list[i].body = bytes.Replace(list[i].body, []byte(from), []byte(to), 1)
		return list
	}
}

func without(name string) func(list []entry) []entry {
	return func(list []entry) []entry { i := at(list, name); return slices.Delete(list, i, i+1) }
}

func with(before string, e entry) func(list []entry) []entry {
	return func(list []entry) []entry { return slices.Insert(list, at(list, before), e) }
}

// sealed gives a manifest that was changed its sum again: somebody has made it so.
func sealed(change func(m map[string]any)) func(list []entry) []entry {
	return func(list []entry) []entry {
		i := at(list, "manifest.json")
		var m map[string]any
		if err := json.Unmarshal(list[i].body, &m); err != nil {
			panic(err)
		}
		change(m)
		b, err := json.Marshal(m)
		if err != nil {
			panic(err)
		}
		list[i].body = b
		list[at(list, "manifest.sha256")].body = []byte(sum(b) + "  manifest.json\n")
		return list
	}
}

// Whatever is wrong in a backup is named, and nothing is changed where it was to be restored.
func TestBroken(t *testing.T) {
	known, err := db.Known()
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte) error {
		_, err := backup.Read(t.Context(), bytes.NewReader(b), known, nil)
		return err
	}
	from := newForum(t, testkit.SQLite(t))
	from.fill()
	_, good := from.backup()
	tables := func(m map[string]any, name string) map[string]any {
		return m["tables"].(map[string]any)[name].(map[string]any) //nolint:forcetypeassert // a test
	}
	cases := []struct {
		name, words string
		change      func(list []entry) []entry
	}{
		{"no header", "does not begin with backup.json", without("backup.json")},
		{"header twice", "backup.json: it stands there twice", func(l []entry) []entry { return slices.Insert(l, 1, l[0]) }},
		{"header changed", "backup.json: its sum", edit("backup.json", `"9.9.9"`, `"9.9.8"`)},
		{"no backup", "no backup of Plenary", edit("backup.json", "plenary-backup", "plenary-letter")},
		{"header no JSON", "backup.json: it cannot be read", edit("backup.json", "{", "[")},
		{"newer format", "reads up to 1", edit("backup.json", `"version": 1`, `"version": 7`)},
		{"newer schema", "newer schema", edit("backup.json", "\"schema\": [\n    1,", "\"schema\": [\n    0,")},
		{"unknown table", "not described", edit("backup.json", `"name": "events"`, `"name": "../events"`)},
		{"row changed", "table events: its rows are not those", edit("tables/events/000001", `"forum"`, `"fourm"`)},
		{"row gone", "table scope_versions: 5 rows are there, and there were 6", edit("tables/scope_versions/000001", "[\"Zeta\",-1]\n", "")},
		{"row half", "tables/events/000001.jsonl, line 9: the row has no end", func(l []entry) []entry {
			i := at(l, "tables/events")
			l[i].body = l[i].body[:len(l[i].body)-1]
			return l
		}},
		{"no JSON", "tables/events/000001.jsonl, line 1: the row is no JSON", edit("tables/events/000001", "[", "")},
		{"value too many", "values, not", edit("tables/scope_versions/000001", `["Zeta",-1]`, `["Zeta",-1,1]`)},
		{"wrong type", "line 2: column version", edit("tables/scope_versions/000001", `["Zeta",-1]`, `["Zeta","x"]`)},
		{"part gone", "part 1 is expected", without("tables/form_drafts/000001")},
		{"part twice", "part 3 is expected", func(l []entry) []entry {
			i := at(l, "tables/form_drafts/000002")
			return slices.Insert(l, i, l[i])
		}},
		{"table gone", "table bodies: 0 rows are there, and there were 3", without("tables/bodies")},
		{"rows of a table that is left out", "has no rows of a table account_sessions", with("manifest.json", entry{"tables/account_sessions/000001.jsonl", []byte("[]\n"), tar.TypeReg})},
		{"foreign table", "has no rows of a table secrets", with("manifest.json", entry{"tables/secrets/000001.jsonl", []byte("[]\n"), tar.TypeReg})},
		{"foreign file", "nothing of that name", with("manifest.json", entry{"letter.txt", []byte("x"), tar.TypeReg})},
		{"zip slip", "../../evil: nothing of that name", with("manifest.json", entry{"../../evil", []byte("x"), tar.TypeReg})},
		{"zip slip in files", "nothing of that name", with("manifest.json", entry{"files/../../evil", []byte("x"), tar.TypeReg})},
		{"zip slip in data", "nothing of that name", with("manifest.json", entry{"data/../evil", []byte("x"), tar.TypeReg})},
		{"absolute name", "/etc/passwd: nothing of that name", with("manifest.json", entry{"/etc/passwd", []byte("x"), tar.TypeReg})},
		{"control characters", "a?[2Jb: nothing of that name", with("manifest.json", entry{"a\x1b[2Jb", []byte("x"), tar.TypeReg})},
		{"link", "no plain file", with("manifest.json", entry{"files/link", nil, tar.TypeSymlink})},
		{"folder", "no plain file", with("manifest.json", entry{"files/", nil, tar.TypeDir})},
		{"file gone", "bytes are there, and there were 2", without("files/")},
		{"file twice", "it stands there twice", func(l []entry) []entry { i := at(l, "files/"); return slices.Insert(l, i, l[i]) }},
		{"file changed", "its bytes are not those of its name", edit("files/", "a ", "b ")},
		{"file that nothing lists", "no row of the list of files", with("manifest.json", entry{"files/" + sum([]byte("x")), []byte("x"), tar.TypeReg})},
		{"data changed", "data/demo: its bytes", edit("data/demo", "small", "large")},
		{"data gone", "data: 0 files are there", without("data/demo")},
		{"unknown data", "data: 2 files are there", with("manifest.json", entry{"data/secrets", []byte("x"), tar.TypeReg})},
		{"no manifest", "the manifest is missing", without("manifest.json")},
		{"no sum", "ends too early", without("manifest.sha256")},
		{"manifest changed", "its sum is not that", edit("manifest.json", `"rows": 9`, `"rows": 8`)},
		{"manifest twice", "behind the manifest", func(l []entry) []entry { i := at(l, "manifest.json"); return slices.Insert(l, i, l[i]) }},
		{"something behind", "behind the manifest", func(l []entry) []entry { return append(l, entry{"data/demo", nil, tar.TypeReg}) }},
		{"wrong count", "table events: 9 rows are there, and there were 8", sealed(func(m map[string]any) { tables(m, "events")["rows"] = 8 })},
		{"wrong sum", "table events: its rows are not those", sealed(func(m map[string]any) { tables(m, "events")["sha256"] = "0" })},
		{"count of no table", "names a table", sealed(func(m map[string]any) { m["tables"].(map[string]any)["x"] = tables(m, "events") })},     //nolint:forcetypeassert // a test
		{"table not counted", "does not name table events", sealed(func(m map[string]any) { delete(m["tables"].(map[string]any), "events") })}, //nolint:forcetypeassert // a test
		{"file said to be missing", "there were 1", sealed(func(m map[string]any) { m["files"] = map[string]any{"count": 1, "bytes": 9} })},
	}
	for _, c := range cases {
		err := read(pack(t, c.change(unpack(t, good))))
		if err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v, want %q", c.name, err, c.words)
		}
	}
	for _, n := range []int{0, 1, 100, len(good) / 3, len(good) / 2, len(good) - 1} {
		if err := read(good[:n]); !isDamage(err) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
	for n := 0; n < len(good); n += 1 + len(good)/60 {
		b := bytes.Clone(good)
		b[n] ^= 0x10
		if err := read(b); !isDamage(err) {
			t.Errorf("flipped at %d: %v", n, err)
		}
	}
	for name, b := range map[string][]byte{"text": []byte("Dear colleagues,"), "behind": append(bytes.Clone(good), good...), "garbage behind": append(bytes.Clone(good), "garbage"...)} {
		if err := read(b); !isDamage(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is broken changes nothing where it was to be restored, although it was told to replace
// what stands.
func TestBrokenChangesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := newForum(t, testkit.SQLite(t))
		from.fill()
		_, good := from.backup()
		to := newForum(t, address)
		to.do("INSERT INTO scope_versions (scope, version) VALUES ('forum', 1)")
		kept := to.put("stays")
		before := to.digests()
		for name, b := range map[string][]byte{
			"cut": good[:len(good)/2], "zip slip": pack(t, with("manifest.json", entry{"files/../../evil", []byte("x"), tar.TypeReg})(unpack(t, good))),
			"file gone": pack(t, without("files/")(unpack(t, good))), "row changed": pack(t, edit("tables/events/000001", `"forum"`, `"fourm"`)(unpack(t, good))),
		} {
			if _, err := to.restore(b, true); !isDamage(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if differ := backup.Same(before, to.digests()); len(differ) > 0 {
			t.Errorf("%v changed", differ)
		}
		left, err := filepath.Glob(filepath.Join(to.dir, "*"))
		if err != nil || len(left) != 1 {
			t.Errorf("in the data folder: %v, %v", left, err)
		}
		if left, err := filepath.Glob(filepath.Join(to.dir, "files", "??", "*")); err != nil || len(left) != 1 || left[0] != to.path(kept) {
			t.Errorf("in the folder of files: %v, %v", left, err)
		}
		to.nothingBeside()
	})
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*backup.DamageError](err)
	return ok
}

// What is whole by its sums and does not fit the database is undone.
func TestUnfit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := newForum(t, testkit.SQLite(t))
		from.fill()
		_, good := from.backup()
		to := newForum(t, address)
		rows := func(table, lines string) func(list []entry) []entry {
			return func(list []entry) []entry {
				list[at(list, "tables/"+table+"/")].body = []byte(lines)
				return sealed(func(m map[string]any) {
					m["tables"].(map[string]any)[table] = map[string]any{"rows": strings.Count(lines, "\n"), "bytes": len(lines), "sha256": sum([]byte(lines))} //nolint:forcetypeassert // a test
				})(list)
			}
		}
		head := func(from, to string) func(list []entry) []entry {
			return func(list []entry) []entry {
				list = edit("backup.json", from, to)(list)
				return sealed(func(m map[string]any) { m["header"] = sum(list[0].body) })(list)
			}
		}
		for _, c := range []struct {
			name, words string
			change      func(list []entry) []entry
		}{
			{"a value that must not be empty", "load", rows("scope_versions", "[\"a\",null]\n")},
			{"a row that refers to nothing", "load", func(list []entry) []entry {
				b := bytes.Replace(list[at(list, "tables/bodies/")].body, []byte(`"z"`), []byte(`"nowhere"`), 1)
				return rows("bodies", string(b))(list)
			}},
			{"JSON in another form", "not what the backup holds: bodies", func(list []entry) []entry {
				b := bytes.Replace(list[at(list, "tables/bodies/")].body, []byte("{}"), []byte("{ }"), 1)
				return rows("bodies", string(b))(list)
			}},
			{"an older schema than its tables", "its version of the schema has", head("    41,\n", "")},
		} {
			_, err := to.restore(pack(t, c.change(unpack(t, good))), false)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("%s: %v, want %q", c.name, err, c.words)
			}
		}
		if n := to.digests().Rows(); n != 0 {
			t.Errorf("%d rows are there", n)
		}
		if left, err := filepath.Glob(filepath.Join(to.dir, "files", "??", "*")); err != nil || len(left) != 0 {
			t.Errorf("files stayed: %v, %v", left, err)
		}
		to.nothingBeside()
		if _, err := to.restore(good, false); err != nil {
			t.Errorf("and then the good one: %v", err)
		}
	})
}

// FuzzRead feeds the reader with garbage: it says what is broken and never fails otherwise.
func FuzzRead(f *testing.F) {
	from := newForum(f, testkit.SQLite(f))
	from.do("INSERT INTO scope_versions (scope, version) VALUES ('forum', 9)")
	from.put("a paper")
	_, good := from.backup()
	f.Add(good)
	list := unpack(f, good)
	raw := func(list []entry) []byte { return pack(f, list) }
	f.Add(raw(list[:3]))
	f.Add(raw(edit("backup.json", `"type": "text"`, `"type": "json"`)(unpack(f, good))))
	f.Add(good[:len(good)/2])
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			t.Skip()
		}
		c, err := backup.Read(t.Context(), bytes.NewReader(b), nil, nil)
		if err == nil {
			if c.Header == nil || c.Manifest == nil {
				t.Error("whole, and empty")
			}
			return
		}
		if _, newer := errors.AsType[*backup.NewerError](err); !newer && !isDamage(err) {
			t.Errorf("%T %v", err, err)
		}
		// What stands within the compression is read too.
		var packed bytes.Buffer
		z, zerr := zstd.NewWriter(&packed)
		if zerr != nil {
			t.Fatal(zerr)
		}
		if _, err := z.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := backup.Read(t.Context(), &packed, nil, nil); err == nil {
			t.Error("a tar without a manifest is whole")
		}
	})
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
