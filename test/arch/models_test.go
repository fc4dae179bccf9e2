package arch

import (
	"context"
	"go/ast"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"os/exec"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// accessesOf finds what the code outside tests writes and reads: in texts of SQL and
// in bun's builders, whose models are resolved to the table in their tag. What cannot
// be told is a finding of its own.
func accessesOf(tr *tree, tables map[string]table) (out []access, unclear []finding) {
	c := newChecker(tr)
	for _, name := range tr.goFiles() {
		if !isTest(name) {
			c.check(path.Dir(name))
		}
	}
	for _, name := range tr.goFiles() {
		by := placeOf(path.Dir(name))
		if isTest(name) || !within(name, "internal") && !within(name, "cmd") || by.zone == "testkit" {
			continue
		}
		file := tr.parse(name)
		if file == nil {
			continue
		}
		note := func(table string, pos token.Pos, write bool) {
			by := placeOf(path.Dir(tr.fset.Position(pos).Filename))
			out = append(out, access{table, by, pos, write})
		}
		inspect(file, func(n ast.Node, parents []ast.Node) {
			switch n := n.(type) {
			case *ast.BasicLit:
				if n.Kind != token.STRING {
					return
				}
				text, err := strconv.Unquote(n.Value)
				if err != nil {
					return
				}
				writes, reads, hidden := statements(text, tables)
				for _, t := range writes {
					note(t, n.Pos(), true)
				}
				for _, t := range reads {
					note(t, n.Pos(), false)
				}
				if hidden {
					unclear = append(unclear, tr.at(n.Pos(), "a table name put together at run time hides who writes it"))
				}
			case *ast.CallExpr:
				verb := method(n)
				if !slices.Contains(builders, verb) {
					return
				}
				targets, reads, problem := c.builder(n, parents)
				for _, t := range reads {
					note(t, n.Pos(), false)
				}
				for _, t := range targets {
					note(t.table, t.pos, verb != "NewSelect")
				}
				if problem != "" && verb != "NewSelect" {
					unclear = append(unclear, tr.at(n.Pos(), "%s: %s", verb, problem))
				}
			}
		})
	}
	return out, unclear
}

var builders = []string{"NewSelect", "NewInsert", "NewUpdate", "NewDelete", "NewMerge", "NewTruncateTable"}

// inspect visits every node with the nodes around it, the nearest last.
func inspect(root ast.Node, visit func(n ast.Node, parents []ast.Node)) {
	var parents []ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			parents = parents[:len(parents)-1]
			return true
		}
		visit(n, parents)
		parents = append(parents, n)
		return true
	})
}

// method is the name of the method that a call calls.
func method(call *ast.CallExpr) string {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return ""
}

// A target is a table that a builder works on, and the place that named it: the call
// itself, or for a generic function the places that call it with a model.
type target struct {
	table string
	pos   token.Pos
}

// builder follows the chain of calls that begins with tx.NewInsert() and tells the
// tables it works on and those it reads besides.
func (c *checker) builder(call *ast.CallExpr, parents []ast.Node) (targets []target, reads []string, problem string) {
	var model ast.Expr
	override := ""
	for i := len(parents) - 1; i >= 1; i -= 2 {
		next, ok := parents[i-1].(*ast.CallExpr)
		if _, sel := parents[i].(*ast.SelectorExpr); !ok || !sel {
			break
		}
		if len(next.Args) == 0 {
			continue
		}
		name := firstIdent(next.Args[0])
		switch method(next) {
		case "Model":
			model = next.Args[0]
		case "Table", "TableExpr":
			if name != "" {
				reads = append(reads, name)
			}
		case "ModelTableExpr":
			override = name
		}
	}
	switch {
	case override != "":
		return []target{{override, call.Pos()}}, reads, ""
	case model != nil:
		targets, ok := c.tables(c.info.TypeOf(model), call.Pos(), 0)
		if !ok {
			problem = "the table of its model cannot be told; give the variable a type of this room with a `bun:\"table:…\"` tag"
		}
		return targets, reads, problem
	case len(reads) > 0:
		return []target{{reads[0], call.Pos()}}, reads[1:], ""
	}
	return nil, nil, "name the model or the table in the same chain of calls"
}

// firstIdent is the table at the beginning of a piece of SQL: "people AS p".
func firstIdent(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	name = strings.Trim(name, `"`)
	if name == "" || strings.ContainsAny(name, "(?%") {
		return ""
	}
	return name
}

// checker knows the types of the tree. Most of other modules stay empty: a model is
// declared in the room that writes it, so they are not needed, and the rule runs in a
// moment.
type checker struct {
	tr       *tree
	packages map[string]*types.Package
	info     types.Info
}

func newChecker(tr *tree) *checker {
	return &checker{tr: tr, packages: map[string]*types.Package{}, info: types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		Defs: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
	}}
}

// genuine are the packages of the standard library that hand models on or stand beside
// them among the arguments of generic functions; std reads them from their source.
var (
	genuine = []string{"slices", "maps", "iter", "cmp", "context", "time", "errors", "fmt", "strings", "sort", "database/sql"}
	std     = standard()
)

// Import implements types.Importer.
func (c *checker) Import(path string) (*types.Package, error) {
	if folder, ours := strings.CutPrefix(path, module+"/"); ours {
		return c.check(folder), nil
	}
	if slices.Contains(genuine, path) {
		return std.Import(path)
	}
	p := c.packages[path]
	if p == nil {
		p = c.standIn(path)
		c.packages[path] = p
	}
	return p, nil
}

// standIn makes a package in which every name that the tree uses is an empty
// interface. That is wrong for what is no type, and enough to see past it.
func (c *checker) standIn(pkg string) *types.Package {
	p := types.NewPackage(pkg, lastName(pkg))
	for _, name := range c.tr.goFiles() {
		file := c.tr.parse(name)
		if file == nil {
			continue
		}
		local := importName(file, pkg)
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && p.Scope().Lookup(sel.Sel.Name) == nil {
				obj := types.NewTypeName(token.NoPos, p, sel.Sel.Name, nil)
				types.NewNamed(obj, types.NewInterfaceType(nil, nil), nil)
				p.Scope().Insert(obj)
			}
			return true
		})
	}
	p.MarkComplete()
	return p
}

func (c *checker) check(folder string) *types.Package {
	if p, ok := c.packages[folder]; ok {
		return p
	}
	empty := types.NewPackage(module+"/"+folder, path.Base(folder))
	empty.MarkComplete()
	c.packages[folder] = empty // for a cycle, which the compiler refuses anyway
	var files []*ast.File
	for _, name := range c.tr.goFiles() {
		if path.Dir(name) == folder && !isTest(name) {
			if f := c.tr.parse(name); f != nil {
				files = append(files, f)
			}
		}
	}
	cfg := types.Config{Importer: c, Error: func(error) {}, DisableUnusedImportCheck: true}
	p, _ := cfg.Check(module+"/"+folder, c.tr.fset, files, &c.info) // errors are the compiler's business
	if p == nil {
		return empty
	}
	c.packages[folder] = p
	return p
}

// tables returns the tables of a model's type: T, *T, []T, *[]*T. For a type parameter
// it looks at every call of the function that declares it.
func (c *checker) tables(t types.Type, pos token.Pos, depth int) (out []target, ok bool) {
	for t != nil {
		switch u := types.Unalias(t).(type) {
		case *types.Pointer:
			t = u.Elem()
			continue
		case *types.Slice:
			t = u.Elem()
			continue
		case *types.Array:
			t = u.Elem()
			continue
		case *types.TypeParam:
			return c.instances(u, depth)
		}
		break
	}
	if t == nil {
		return nil, false
	}
	name := tableTag(t)
	return []target{{name, pos}}, name != ""
}

func (c *checker) instances(param *types.TypeParam, depth int) (out []target, ok bool) {
	ok = depth < 5
	for ident, instance := range c.info.Instances {
		fn, isFunc := c.info.Uses[ident].(*types.Func)
		if !isFunc || !ok {
			continue
		}
		params := fn.Origin().Signature().TypeParams()
		if params.Len() <= param.Index() || params.At(param.Index()) != param {
			continue
		}
		found, whole := c.tables(instance.TypeArgs.At(param.Index()), ident.Pos(), depth+1)
		out, ok = append(out, found...), ok && whole
	}
	return out, ok && len(out) > 0
}

// tableTag finds `bun:"table:x"` in a struct or in one that it embeds.
func tableTag(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return ""
	}
	for i := range s.NumFields() {
		for part := range strings.SplitSeq(reflect.StructTag(s.Tag(i)).Get("bun"), ",") {
			if name, ok := strings.CutPrefix(part, "table:"); ok {
				return name
			}
		}
	}
	for i := range s.NumFields() {
		if f := s.Field(i); f.Embedded() {
			if name := tableTag(f.Type()); name != "" {
				return name
			}
		}
	}
	return ""
}

// standard reads the types of the standard library. A test that was built with -trimpath does
// not know where that is; the go command does.
func standard() types.Importer {
	if build.Default.GOROOT == "" {
		if out, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT").Output(); err == nil {
			build.Default.GOROOT = strings.TrimSpace(string(out))
		}
	}
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
}
