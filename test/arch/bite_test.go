package arch

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// tiny makes a tree of a few files in memory.
func tiny(files map[string]string) *tree {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return newTree(fsys, slices.Collect(maps.Keys(files)))
}

// bite says what a rule must find in a tree: each finding, in order, begins with the
// file and line and contains the words.
type bite struct {
	name  string
	files map[string]string
	want  [][2]string
}

func mustBite(t *testing.T, rule func(*tree) []finding, bites []bite) {
	t.Helper()
	for _, b := range bites {
		t.Run(b.name, func(t *testing.T) {
			got := rule(tiny(b.files))
			for i, f := range got {
				if i >= len(b.want) || !strings.HasPrefix(f.String(), b.want[i][0]) || !strings.Contains(f.text, b.want[i][1]) {
					t.Errorf("not expected: %s", f)
				}
			}
			if len(got) < len(b.want) {
				t.Errorf("not found: %q", b.want[len(got):])
			}
		})
	}
}

func TestImportsBite(t *testing.T) {
	file := func(name string, imports ...string) string {
		text := "package " + name + "\n"
		for _, i := range imports {
			text += "import _ \"" + i + "\"\n"
		}
		return text
	}
	mustBite(t, importRules, []bite{
		{"as it should be", map[string]string{
			"internal/core/id.go":                     file("core", "time"),
			"internal/platform/db/db.go":              file("db", "plenary/internal/core", "plenary/migrations", "github.com/uptrace/bun"),
			"internal/platform/web/web.go":            file("web", "plenary/internal/platform/db", "plenary/web"),
			"internal/formats/ical/ical.go":           file("ical", "plenary/internal/core"),
			"internal/forum/people/people.go":         file("people", "plenary/internal/platform/web"),
			"internal/forum/programme/web.go":         file("programme", "plenary/internal/forum/people", "plenary/internal/formats/ical", "plenary/internal/solve/timetable"),
			"internal/forum/programme/view/v.go":      file("view", "plenary/internal/forum/programme"),
			"internal/forum/programme/in_test.go":     file("programme", "plenary/internal/testkit"),
			"internal/forum/programme/outer_test.go":  file("programme_test", "plenary/internal/app"),
			"internal/app/app.go":                     file("app", "plenary/internal/forum/programme", "plenary/web"),
			"cmd/plenary/main.go":                     file("main", "plenary/internal/app"),
			"test/e2e/e2e_test.go":                    file("e2e", "plenary/internal/app", "plenary/internal/testkit"),
			"tools/anything.go":                       file("tools", "plenary/internal/app"),
			"internal/forum/programme/testdata/go.go": file("x", "plenary/internal/app"),
		}, nil},
		{"core imports upwards", map[string]string{
			"internal/core/id.go": file("core", "plenary/internal/platform/db"),
		}, [][2]string{{"internal/core/id.go:2:", "core may not import platform/db"}}},
		{"platform knows a room", map[string]string{
			"internal/platform/mail/mail.go": file("mail", "plenary/internal/forum/people"),
		}, [][2]string{{"internal/platform/mail/mail.go:2:", "platform/mail may not import forum/people"}}},
		{"a format knows the ground floor", map[string]string{
			"internal/formats/ical/ical.go": file("ical", "plenary/internal/platform/web"),
		}, [][2]string{{"internal/formats/ical/ical.go:2:", "formats may not import platform/web"}}},
		{"an optimiser knows a format", map[string]string{
			"internal/solve/timetable/t.go": file("timetable", "plenary/internal/formats/ical"),
		}, [][2]string{{"internal/solve/timetable/t.go:2:", "solve may not import formats"}}},
		{"a room knows the wiring", map[string]string{
			"internal/forum/programme/web.go": file("programme", "plenary/internal/app"),
		}, [][2]string{{"internal/forum/programme/web.go:2:", "forum/programme may not import app"}}},
		{"a room imports one below it", map[string]string{
			"internal/forum/programme/web.go": file("programme", "plenary/internal/forum/people", "plenary/internal/forum/reports"),
		}, [][2]string{{"internal/forum/programme/web.go:3:", "forum/reports, which comes later"}}},
		{"a test inside a room imports one below it", map[string]string{
			"internal/forum/programme/in_test.go": file("programme", "plenary/internal/forum/reports"),
		}, [][2]string{{"internal/forum/programme/in_test.go:2:", "comes later"}}},
		{"the program uses what is for tests", map[string]string{
			"internal/forum/programme/web.go": file("programme", "plenary/internal/testkit"),
		}, [][2]string{{"internal/forum/programme/web.go:2:", "may not import testkit"}}},
		{"a room that nobody planned", map[string]string{
			"internal/forum/travel/web.go": file("travel"),
		}, [][2]string{{"internal/forum/travel/web.go:", "not in the order"}}},
		{"a folder that nobody planned", map[string]string{
			"internal/util/util.go": file("util"),
			"pkg/x.go":              file("pkg"),
		}, [][2]string{{"internal/util/util.go:", "no place"}, {"pkg/x.go:", "no place"}}},
	})
}

const peopleSQL = "-- +goose Up\n-- room: people\nCREATE TABLE persons (id TEXT);\nCREATE TABLE IF NOT EXISTS organisations (id TEXT);\n-- room: programme\nCREATE TABLE sessions (id TEXT);\n-- room: db\nCREATE TABLE settings (id TEXT);\n"

func TestTablesBite(t *testing.T) {
	with := func(files map[string]string) map[string]string {
		files["migrations/0001_people.sql"] = peopleSQL
		if _, ok := files["internal/platform/db/db.go"]; !ok {
			files["internal/platform/db/db.go"] = "package db\n"
		}
		return files
	}
	person := "package people\nimport \"github.com/uptrace/bun\"\ntype Person struct {\n\tbun.BaseModel `bun:\"table:persons,alias:p\"`\n\tID string\n}\ntype row struct { Person }\n"
	body := func(pkg, code string) string {
		return "package " + pkg + "\nimport \"slices\"\nvar _ = slices.Sort[[]int]\nfunc f() {\n" + code + "\n}\n"
	}
	mustBite(t, tableRules, []bite{
		{"as it should be", with(map[string]string{
			"internal/forum/people/person.go": person,
			"internal/forum/people/store.go": body("people", `
				rows := make([]*Person, 3)
				tx.NewInsert().Model(&rows).On("CONFLICT (id) DO UPDATE").Set("name = EXCLUDED.name").Exec(ctx)
				for _, p := range slices.Clone(rows) { tx.NewUpdate().Model(p).WherePK().Exec(ctx) }
				tx.NewDelete().Model((*Person)(nil)).Where("id = ?", 1).Exec(ctx)
				tx.NewInsert().Model(&[]row{}).Exec(ctx)
				tx.NewUpdate().Table("organisations").Set("name = ?", "x").Exec(ctx)
				tx.ExecContext(ctx, "DELETE FROM organisations WHERE id = ?")
				tx.ExecContext(ctx, "WITH old AS (SELECT * FROM persons) UPDATE persons SET a = 1 FROM old")
				fail("update the set of rows")
				fail("delete from somewhere")`),
			"internal/forum/programme/store.go": body("programme", `
				tx.ExecContext(ctx, "INSERT INTO sessions (id) SELECT id FROM persons JOIN settings ON true")`),
			"internal/platform/db/db.go":             body("db", "tx.ExecContext(ctx, `insert into settings (id) values (1)`)"),
			"internal/forum/programme/store_test.go": body("programme", `tx.ExecContext(ctx, "DELETE FROM persons")`),
		}), nil},
		{"a generic function writes for its callers", with(map[string]string{
			"internal/forum/people/person.go": person,
			"internal/platform/db/db.go":      "package db\nimport (\"context\"; \"github.com/uptrace/bun\")\nfunc Replace[T any](ctx context.Context, tx bun.Tx, rows []T, id func(T) string) {\n\tfor i := range rows { tx.NewUpdate().Model(&rows[i]).Exec(ctx) }\n\ttx.NewDelete().Model((*T)(nil)).Exec(ctx)\n}\n",
			"internal/forum/people/store.go":  "package people\nimport (\"context\"; \"github.com/uptrace/bun\"; \"plenary/internal/platform/db\")\nfunc f(ctx context.Context, tx bun.Tx, list []Person) {\n\tdb.Replace(ctx, tx, list, func(p Person) string { return p.ID })\n}\n",
		}), nil},
		{"a generic function writes for another room", with(map[string]string{
			"internal/forum/people/person.go":   person,
			"internal/platform/db/db.go":        "package db\nfunc Replace[T any](tx any, rows []T) {\n\ttx.NewDelete().Model((*T)(nil)).Exec()\n}\n",
			"internal/forum/programme/store.go": "package programme\nimport (\"plenary/internal/forum/people\"; \"plenary/internal/platform/db\")\nfunc f(list []people.Person) {\n\tdb.Replace(nil, list)\n}\n",
		}), [][2]string{{"internal/forum/programme/store.go:4:", "writes persons, which belongs to people"}}},
		{"a generic function that nobody calls", with(map[string]string{
			"internal/platform/db/db.go": "package db\nfunc Replace[T any](tx any, rows []T) {\n\ttx.NewDelete().Model((*T)(nil)).Exec()\n}\n",
		}), [][2]string{{"internal/platform/db/db.go:3:", "cannot be told"}}},
		{"a table without owner", map[string]string{
			"migrations/0001_a.sql": "CREATE TABLE persons (id TEXT);\n",
		}, [][2]string{{"migrations/0001_a.sql:1:", "persons has no owner"}}},
		{"an owner that is no room", map[string]string{
			"migrations/0001_a.sql": "-- room: crowd\nCREATE TABLE persons (id TEXT);\n",
		}, [][2]string{{"migrations/0001_a.sql:2:", `"crowd", which is no room`}}},
		{"a table that nobody made", with(map[string]string{
			"internal/forum/people/store.go": body("people", `tx.ExecContext(ctx, "INSERT INTO humans (id) VALUES (1)")`),
		}), [][2]string{{"internal/forum/people/store.go:5:", "no migration makes"}}},
		{"another room writes in raw SQL", with(map[string]string{
			"internal/forum/programme/store.go": body("programme", "tx.ExecContext(ctx, `UPDATE persons AS p\nSET name = ?`)\ntx.ExecContext(ctx, \"DELETE FROM persons\")\ntx.ExecContext(ctx, \"INSERT INTO persons VALUES (1)\")"),
		}), [][2]string{
			{"internal/forum/programme/store.go:5:", "writes persons, which belongs to people"},
			{"internal/forum/programme/store.go:7:", "writes persons"},
			{"internal/forum/programme/store.go:8:", "writes persons"},
		}},
		{"another room writes through a model", with(map[string]string{
			"internal/forum/people/person.go":   person,
			"internal/forum/people/store.go":    body("people", `tx.NewInsert().Model(&Person{}).Exec(ctx)`),
			"internal/forum/programme/store.go": strings.Replace(body("programme", "p := people.Person{}\ntx.NewUpdate().Model(&p).Exec(ctx)"), "import", "import \"plenary/internal/forum/people\"\nimport", 1),
		}), [][2]string{
			{"internal/forum/programme/store.go:7:", "which belongs to people"},
			{"internal/forum/programme/store.go:7:", "and so does forum/people"},
		}},
		{"another room writes through a table's name", with(map[string]string{
			"internal/forum/programme/store.go": body("programme", "tx.NewDelete().Table(\"persons\").Exec(ctx)\ntx.NewUpdate().Model(&x).ModelTableExpr(\"persons AS p\").Exec(ctx)"),
		}), [][2]string{
			{"internal/forum/programme/store.go:5:", "which belongs to people"},
			{"internal/forum/programme/store.go:6:", "which belongs to people"},
		}},
		{"the wiring writes", with(map[string]string{
			"internal/app/app.go": body("app", `tx.ExecContext(ctx, "DELETE FROM persons")`),
		}), [][2]string{{"internal/app/app.go:5:", "app writes persons"}}},
		{"a model of unknown type", with(map[string]string{
			"internal/forum/people/store.go": body("people", "rows := elsewhere.Rows()\ntx.NewInsert().Model(&rows).Exec(ctx)"),
		}), [][2]string{{"internal/forum/people/store.go:6:", "cannot be told"}}},
		{"a model named later", with(map[string]string{
			"internal/forum/people/store.go": body("people", "q := tx.NewUpdate()\nq.Model(&rows)"),
		}), [][2]string{{"internal/forum/people/store.go:5:", "same chain"}}},
		{"a name put together", with(map[string]string{
			"internal/forum/people/store.go": body("people", "tx.ExecContext(ctx, \"INSERT INTO \" + name)\nfmt.Sprintf(\"DELETE FROM %s\", name)\ntx.NewRaw(\"UPDATE ? SET a = 1\", bun.Ident(name))"),
		}), [][2]string{
			{"internal/forum/people/store.go:5:", "at run time"},
			{"internal/forum/people/store.go:6:", "at run time"},
			{"internal/forum/people/store.go:7:", "at run time"},
		}},
		{"a room reads from one below it", with(map[string]string{
			"internal/forum/people/person.go": person,
			"internal/forum/people/store.go":  body("people", "tx.NewSelect().Model(&[]Person{}).Join(\"JOIN sessions AS s ON true\").Scan(ctx)\ntx.NewSelect().TableExpr(\"sessions AS s\").Scan(ctx)"),
			"internal/platform/db/db.go":      body("db", `tx.QueryContext(ctx, "SELECT id FROM persons")`),
		}), [][2]string{
			{"internal/forum/people/store.go:5:", "people reads sessions of programme"},
			{"internal/forum/people/store.go:6:", "people reads sessions of programme"},
			{"internal/platform/db/db.go:5:", "reads persons of people"},
		}},
	})
}

func TestLengthsBite(t *testing.T) {
	lines := func(n int) string { return "package x\n" + strings.Repeat("\n", n-1) }
	found := func(tr *tree) []finding {
		out, _ := fileLengths(tr)
		return out
	}
	six := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		six[name+".go"] = lines(450)
		six[name+"_short.go"] = lines(10)
		six[name+"_small.go"] = lines(10)
	}
	mustBite(t, found, []bite{
		{"as it should be", map[string]string{"a.go": lines(500), "b.go": lines(20), "c.go": lines(30)}, nil},
		{"too long", map[string]string{"a.go": lines(501), "b.go": lines(20), "c.go": lines(30)}, [][2]string{{"a.go:", "501 lines, at most 500"}}},
		{"generated", map[string]string{"a.go": "// Code generated by x. DO NOT EDIT.\n" + lines(900)}, nil},
		{"all of them long", map[string]string{"a.go": lines(210), "b.go": lines(220), "c.go": lines(230)}, [][2]string{{"median:", "half of the files have 220"}}},
		{"more than a handful over 400", six, [][2]string{{"long files:", "6 files"}}},
	})
}

func TestClockBites(t *testing.T) {
	now := "package x\nimport \"time\"\nvar a = time.Now()\n"
	mustBite(t, clockUse, []bite{
		{"as it should be", map[string]string{
			"internal/core/clock.go": now, "internal/forum/people/a_test.go": now, "test/load/load.go": now,
			"internal/testkit/a.go": now, "internal/core/id.go": "package core\nimport \"time\"\nvar a = time.Second\n",
			"internal/core/other.go": "package core\nvar time clock\nvar a = time.Now()\n",
		}, nil},
		{"taken", map[string]string{
			"internal/forum/people/a.go": now,
			"internal/platform/db/b.go":  "package db\nimport clock \"time\"\nvar a = clock.Since\nvar b = clock.Until(x)\n",
			"cmd/plenary/c.go":           "package main\nimport . \"time\"\nvar a = Now()\n",
		}, [][2]string{
			{"cmd/plenary/c.go:", "with a dot"},
			{"internal/forum/people/a.go:3:", "time.Now"},
			{"internal/platform/db/b.go:3:", "time.Since"},
			{"internal/platform/db/b.go:4:", "time.Until"},
		}},
	})
}

func TestPathsBite(t *testing.T) {
	slash := "/" // so that this file does not name such a path itself
	mustBite(t, machinePaths, []bite{
		{"as it should be", map[string]string{
			"README.md": "see https://example.org" + slash + "home/page, ~" + slash + "work/x, ./" + "home/x, /var/lib/plenary and <" + slash + "home/ada>",
			"a.bin":     "\x00 " + slash + "home/ada/x",
		}, nil},
		{"paths of machines", map[string]string{
			"a.md": "first\nin " + slash + "home/ada/plenary",
			"b.go": "var x = \"" + slash + "work/main\"",
			"c.sh": "cd " + slash + "Users/ada/src",
			"d.md": "`C:" + `\Users\ada` + "`",
		}, [][2]string{{"a.md:2:", "home/ada"}, {"b.go:1:", "work/main"}, {"c.sh:1:", "Users/ada"}, {"d.md:1:", "ada"}}},
	})
}

func TestTextBites(t *testing.T) {
	view := "internal/forum/people/view/page.html"
	bites := []bite{
		{"as it should be", map[string]string{
			view: `{{/* A comment with words and "Quotes". */}}
<!-- a comment --><h1>{{t "people.title" "Name" .Name}}</h1> 12:30 UTC · 3 × 4 – <a href="/x" title="{{t "a"}}">CSV</a>
<p class="note big" id="who" aria-label="{{.Label}}">{{printf "%s" .X}}</p><script>var words = 1</script>
<span translate="no">Français <b title="Deutsch">Deutsch</b></span><input type="text" value="typed"><img alt="">
{{template "Card" dict "class" "btn primary"}}{{define "Footer"}}{{.}}{{end}}
{{define "attrs"}}{{if .E}} aria-invalid="true" required{{end}}{{end}}
{{define "next"}}<p>{{"}}"}}</p>{{end}}`,
			"internal/forum/people/testdata/in.html": "<p>Words</p>",
			"docs/page.html":                         "<p>Words</p>",
			"web/assets/site.js":                     "Words",
		}, nil},
		{"between the tags", map[string]string{view: "<div>\n<p>\n  Register {{.Count}} people</p></div>"}, [][2]string{{view + ":3:", "Register people"}}},
		{"in the layout", map[string]string{"web/templates/layout.html": "{{define \"title\"}}Sessions{{end}}"}, [][2]string{{"web/templates/layout.html:1:", "Sessions"}}},
		{"any script", map[string]string{view: "<p>Привет</p>\n<p>مرحبا</p>\n<p>大会</p>"}, [][2]string{{view + ":1:", "Привет"}, {view + ":2:", "مرحبا"}, {view + ":3:", "大会"}}},
		{"beside a plain word", map[string]string{view: "<p>UTC time</p>"}, [][2]string{{view + ":1:", "UTC time"}}},
		{"behind untranslated text", map[string]string{view: "<p translate=no><b>Ada</b></p><p>left</p>"}, [][2]string{{view + ":1:", "left"}}},
		{"among attributes of a define", map[string]string{view: "<p></p>\n{{define \"attrs\"}} required aria-label=\"Name\"{{end}}"}, [][2]string{{view + ":2:", "aria-label"}}},
		{"in an action", map[string]string{view: "<p>{{or .Title \"No title\"}}</p>\n{{template \"button\" dict \"label\" \"Save\"}}"}, [][2]string{{view + ":1:", "No title"}, {view + ":2:", "Save"}}},
		{"behind a quoted brace", map[string]string{view: "<p>{{x \"}}\"}}tail</p>"}, [][2]string{{view + ":1:", "tail"}}},
	}
	for _, attr := range []string{`p title="x y"`, `input placeholder="x"`, `nav aria-label="x"`, `img alt="x"`, `input type="submit" value="x"`, `meta name="description" content="x"`, `button hx-confirm="x"`} {
		name, _, _ := strings.Cut(attr, " ")
		bites = append(bites, bite{"attribute of " + attr, map[string]string{view: "\n<" + attr + ">\n</" + name + ">"}, [][2]string{{view + ":2:", "attribute"}}})
	}
	mustBite(t, bareText, bites)
}
