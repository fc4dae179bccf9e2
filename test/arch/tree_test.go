package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// module is the path under which the code of the tree imports itself.
const module = "plenary"

// A tree is the source that the rules look at: the repository, or a tiny one in memory
// that shows a rule bite.
type tree struct {
	fsys  fs.FS
	files []string // slash-separated, sorted

	fset *token.FileSet
	mu   sync.Mutex
	asts map[string]*ast.File
}

func newTree(fsys fs.FS, files []string) *tree {
	files = slices.Clone(files)
	slices.Sort(files)
	return &tree{fsys: fsys, files: files, fset: token.NewFileSet(), asts: map[string]*ast.File{}}
}

// A finding is one place where a rule is broken.
type finding struct {
	path string
	line int
	text string
}

func (f finding) String() string {
	if f.line == 0 {
		return f.path + ": " + f.text
	}
	return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.text)
}

func (tr *tree) read(name string) []byte {
	text, err := fs.ReadFile(tr.fsys, name)
	if err != nil {
		return nil // deleted, but not yet for git
	}
	return text
}

// goFiles are the Go files of the main module; tools is a module of its own.
func (tr *tree) goFiles() []string {
	var out []string
	for _, f := range tr.files {
		if strings.HasSuffix(f, ".go") && !strings.HasPrefix(f, "tools/") && !strings.Contains("/"+f, "/testdata/") {
			out = append(out, f)
		}
	}
	return out
}

// parse returns the syntax of a Go file, or nil when it has none: the compiler says so
// better than a rule could.
func (tr *tree) parse(name string) *ast.File {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if f, ok := tr.asts[name]; ok {
		return f
	}
	text := tr.read(name)
	var f *ast.File
	if len(text) > 0 {
		var err error
		if f, err = parser.ParseFile(tr.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			f = nil
		}
	}
	tr.asts[name] = f
	return f
}

func (tr *tree) at(pos token.Pos, format string, args ...any) finding {
	p := tr.fset.Position(pos)
	return finding{p.Filename, p.Line, fmt.Sprintf(format, args...)}
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// within tells whether a file lies in a folder, at any depth.
func within(name, folder string) bool { return strings.HasPrefix(name, folder+"/") }

// A zone is a part of the house; a place is a zone and, for the zones that have them,
// the room: forum/programme, platform/mail.
type place struct{ zone, room string }

func (p place) String() string {
	if p.room == "" {
		return p.zone
	}
	return p.zone + "/" + p.room
}

// placeOf says where a folder of the repository lies. The zone is empty for a folder
// that the plan of the house does not know.
func placeOf(folder string) place {
	parts := strings.Split(path.Clean(folder), "/")
	if parts[0] == "internal" && len(parts) > 1 {
		switch parts[1] {
		case "platform", "forum":
			if len(parts) > 2 {
				return place{parts[1], parts[2]}
			}
			return place{parts[1], ""}
		case "core", "formats", "solve", "app", "testkit":
			return place{parts[1], ""}
		}
		return place{}
	}
	switch parts[0] {
	case "cmd", "migrations", "web", "test":
		return place{parts[0], ""}
	}
	return place{}
}

func lineOf(text []byte, offset int) int { return 1 + bytes.Count(text[:offset], []byte("\n")) }
