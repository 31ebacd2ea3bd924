// The oracle of the Go benchmark: what the type checker of Go says of a repository, and of planted changes of it.
//
// Arguments: the repository's folder, then folders whose modules it may import. One question a line on the standard
// input, as JSON; one answer a line on the standard output. Files are those of Linux on amd64 without cgo.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

type question struct {
	Ask   string
	Path  string
	At    int
	Files map[string]string
}

type place struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Start   int    `json:"start"`
	Message string `json:"message,omitempty"`
}

type param struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"`
	Span     [2]int `json:"span"`
}

type candidate struct {
	Form       string   `json:"form"`
	Name       string   `json:"name"`
	Path       string   `json:"path"`
	Owner      string   `json:"owner"`
	Whole      [2]int   `json:"whole"`
	At         int      `json:"at"`
	Params     []param  `json:"params"`
	ParamsSpan [2]int   `json:"params_span"`
	BodyAt     int      `json:"body_at"`
	Flags      []string `json:"flags"`
}

// module is a folder with a go.mod.
type module struct {
	path, root string
	// replaced are the roots of the modules that it takes from beside itself.
	replaced map[string]bool
}

// checked is one package with what the checker found out about it.
type checked struct {
	pkg    *types.Package
	info   *types.Info
	files  map[string]*ast.File
	errors []place
	deps   map[string]bool
}

// state is the repository with some files replaced.
type state struct {
	o       *oracle
	files   map[string]string
	done    map[string]*checked
	running map[string]bool
}

type oracle struct {
	root     string
	modules  []module
	own      []module
	fset     *token.FileSet
	standard types.Importer
	parsed   map[string]*ast.File
	texts    map[string]string
	folders  map[string][]string
	base     *state
	others   map[string]*types.Package
}

func main() {
	o := &oracle{root: os.Args[1], fset: token.NewFileSet(), parsed: map[string]*ast.File{}, texts: map[string]string{},
		others: map[string]*types.Package{}, folders: map[string][]string{}}
	build.Default.CgoEnabled = false
	o.standard = importer.ForCompiler(o.fset, "source", nil)
	o.own = modules(o.root)
	for _, folder := range os.Args[2:] {
		o.modules = append(o.modules, modules(folder)...)
	}
	o.read()
	o.base = o.state(nil)
	o.base.all()
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if len(line) == 0 || err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			output.Encode(map[string]any{"error": err.Error()})
			continue
		}
		output.Encode(o.answer(asked))
	}
}

func (o *oracle) answer(asked question) map[string]any {
	switch asked.Ask {
	case "candidates":
		return map[string]any{"candidates": o.candidates()}
	case "errors":
		s := o.state(asked.Files)
		s.all()
		return map[string]any{"errors": s.errors()}
	case "uses":
		return map[string]any{"uses": o.uses(asked.Path, asked.At)}
	case "checked":
		return map[string]any{"paths": o.base.paths()}
	}
	return map[string]any{"error": "unknown question"}
}

// ---------------------------------------------------------------- files and modules

var (
	moduleLine  = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)`)
	replaceLine = regexp.MustCompile(`(?m)=>\s*(\.\S+)`)
)

func modules(root string) []module {
	found := []module{}
	filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Name() == "go.mod" {
			text, _ := os.ReadFile(path)
			if m := moduleLine.FindSubmatch(text); m != nil {
				one := module{string(m[1]), filepath.Dir(path), map[string]bool{}}
				for _, replaced := range replaceLine.FindAllSubmatch(text, -1) {
					one.replaced[filepath.Join(one.root, string(replaced[1]))] = true
				}
				found = append(found, one)
			}
		}
		return nil
	})
	sort.Slice(found, func(i, j int) bool { return len(found[i].path) > len(found[j].path) })
	return found
}

// read takes in every Go file that belongs to a build of the repository on this system.
func (o *oracle) read() {
	filepath.Walk(o.root, func(path string, info os.FileInfo, err error) error {
		name := filepath.Base(path)
		if err != nil || (info.IsDir() && path != o.root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "vendor")) {
			if info != nil && info.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if info.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		if match, err := build.Default.MatchFile(filepath.Dir(path), name); !match || err != nil {
			return nil
		}
		text, _ := os.ReadFile(path)
		relative, _ := filepath.Rel(o.root, path)
		o.texts[relative] = string(text)
		folder := filepath.Dir(relative)
		o.folders[folder] = append(o.folders[folder], relative)
		return nil
	})
}

// located says where an import of a folder of the repository lies in it.
func (o *oracle) located(imported, importer string) (string, bool) {
	home := o.home(importer)
	replaced := map[string]bool{}
	for _, m := range o.own {
		if m.root == home {
			replaced = m.replaced
		}
	}
	for _, m := range o.own {
		if (m.root == home || replaced[m.root]) && (imported == m.path || strings.HasPrefix(imported, m.path+"/")) {
			folder, _ := filepath.Rel(o.root, filepath.Join(m.root, strings.TrimPrefix(imported, m.path)))
			return folder, true
		}
	}
	return "", false
}

// home is the folder of the go.mod that rules a folder of the repository.
func (o *oracle) home(folder string) string {
	at := filepath.Join(o.root, folder)
	best := ""
	for _, m := range o.own {
		if (at == m.root || strings.HasPrefix(at, m.root+"/")) && len(m.root) > len(best) {
			best = m.root
		}
	}
	return best
}

func (o *oracle) parse(path, text string) (*ast.File, error) {
	key := path + "\x00" + text
	if file, ok := o.parsed[key]; ok {
		return file, nil
	}
	file, err := parser.ParseFile(o.fset, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err == nil {
		o.parsed[key] = file
	}
	return file, err
}

// ---------------------------------------------------------------- checking

func (o *oracle) state(files map[string]string) *state {
	return &state{o, files, map[string]*checked{}, map[string]bool{}}
}

func (s *state) folders() map[string][]string {
	found := map[string][]string{}
	for folder, paths := range s.o.folders {
		found[folder] = append([]string{}, paths...)
	}
	for path := range s.files {
		if _, known := s.o.texts[path]; !known {
			found[filepath.Dir(path)] = append(found[filepath.Dir(path)], path)
		}
	}
	return found
}

func (s *state) text(path string) string {
	if text, ok := s.files[path]; ok {
		return text
	}
	return s.o.texts[path]
}

func (s *state) all() {
	for folder := range s.folders() {
		s.check(folder, library)
		s.check(folder, inner)
		s.check(folder, outer)
	}
}

// What of a folder is checked: what others import, the same with its tests, the package beside it that only tests.
const (
	library = ""
	inner   = " inner"
	outer   = " outer"
)

// belongs says whether a file is one of those.
func belongs(path string, file *ast.File, part string) bool {
	test := strings.HasSuffix(path, "_test.go")
	beside := test && strings.HasSuffix(file.Name.Name, "_test")
	if part == outer {
		return beside
	}
	return !beside && (part == inner || !test)
}

// opens says whether the tests of a package hand out what the package beside it uses.
func (s *state) opens(folder string) bool {
	for _, path := range s.folders()[folder] {
		if name := filepath.Base(path); strings.HasSuffix(name, "_test.go") && strings.Contains(name, "export") {
			return true
		}
	}
	return false
}

func (s *state) check(folder, part string) *checked {
	key := folder + part
	if found, ok := s.done[key]; ok {
		return found
	}
	if s.running[key] {
		return nil
	}
	if s.o.base != nil && s != s.o.base && !s.touches(key, map[string]bool{}) {
		s.done[key] = s.o.base.done[key]
		return s.done[key]
	}
	s.running[key] = true
	c := &checked{files: map[string]*ast.File{}, deps: map[string]bool{}}
	names := map[string][]*ast.File{}
	for _, path := range s.folders()[folder] {
		file, err := s.o.parse(path, s.text(path))
		if err != nil || file == nil {
			c.errors = append(c.errors, place{Path: path, Line: 1, Message: fmt.Sprint(err)})
			continue
		}
		if belongs(path, file, part) {
			names[file.Name.Name] = append(names[file.Name.Name], file)
			c.files[path] = file
		}
	}
	name, most := "", 0
	for one, files := range names {
		if len(files) > most {
			name, most = one, len(files)
		}
	}
	c.info = &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: &importing{s, folder, part, c}, FakeImportC: true, Error: func(err error) {
		if found, ok := err.(types.Error); ok && !found.Soft {
			at := s.o.fset.Position(found.Pos)
			if call := callOf(c.files[at.Filename], found); call != nil {
				at = s.o.fset.Position(call.Pos())
			}
			c.errors = append(c.errors, place{Path: at.Filename, Line: at.Line, Column: at.Column, Start: at.Offset, Message: found.Msg})
		}
	}}
	c.pkg, _ = config.Check(s.path(folder), s.o.fset, names[name], c.info)
	delete(s.running, key)
	s.done[key] = c
	return c
}

// callOf gives what is called where arguments are missing: the checker names the closing parenthesis, lines below.
func callOf(file *ast.File, found types.Error) ast.Expr {
	if file == nil || !strings.HasPrefix(found.Msg, "not enough arguments in call") {
		return nil
	}
	var called ast.Expr
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if ok && call.Rparen == found.Pos {
			called = call.Fun
			if selector, ok := called.(*ast.SelectorExpr); ok {
				called = selector.Sel
			}
		}
		return true
	})
	return called
}

func (s *state) path(folder string) string {
	home := s.o.home(folder)
	for _, m := range s.o.own {
		if m.root == home {
			relative, _ := filepath.Rel(home, filepath.Join(s.o.root, folder))
			return strings.TrimSuffix(m.path+"/"+relative, "/.")
		}
	}
	return folder
}

// touches says whether a replaced file is in a package or in one that it imports.
func (s *state) touches(key string, seen map[string]bool) bool {
	if seen[key] {
		return false
	}
	seen[key] = true
	folder := strings.TrimSuffix(strings.TrimSuffix(key, inner), outer)
	for path := range s.files {
		if filepath.Dir(path) == folder {
			return true
		}
	}
	base := s.o.base.done[key]
	if base == nil {
		return false
	}
	for dep := range base.deps {
		if s.touches(dep, seen) {
			return true
		}
	}
	return false
}

type importing struct {
	s      *state
	folder string
	part   string
	c      *checked
}

func (i *importing) Import(path string) (*types.Package, error) {
	if folder, ok := i.s.o.located(path, i.folder); ok {
		i.c.deps[folder] = true
		if len(i.s.folders()[folder]) == 0 {
			return nil, fmt.Errorf("no package %s", path)
		}
		part := library
		if i.part == outer && folder == i.folder && i.s.opens(folder) {
			part = inner
		}
		if found := i.s.check(folder, part); found != nil && found.pkg != nil {
			return found.pkg, nil
		}
		return nil, fmt.Errorf("import cycle through %s", path)
	}
	return i.s.o.foreign(path)
}

// foreign gives a package of the standard library or of one of the other modules.
func (o *oracle) foreign(path string) (*types.Package, error) {
	if known, ok := o.others[path]; ok {
		if known == nil {
			return nil, fmt.Errorf("%s is not there", path)
		}
		return known, nil
	}
	o.others[path] = nil
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		found, err := o.standard.Import(path)
		o.others[path] = found
		return found, err
	}
	for _, m := range o.modules {
		if path == m.path || strings.HasPrefix(path, m.path+"/") {
			o.others[path] = o.load(path, filepath.Join(m.root, strings.TrimPrefix(path, m.path)))
			break
		}
	}
	if o.others[path] == nil {
		return nil, fmt.Errorf("%s is not there", path)
	}
	return o.others[path], nil
}

func (o *oracle) load(path, folder string) *types.Package {
	listed, err := build.Default.ImportDir(folder, 0)
	if err != nil {
		return nil
	}
	files := []*ast.File{}
	for _, name := range listed.GoFiles {
		if file, err := parser.ParseFile(o.fset, filepath.Join(folder, name), nil, parser.SkipObjectResolution); err == nil {
			files = append(files, file)
		}
	}
	config := types.Config{Importer: others{o}, Error: func(error) {}, IgnoreFuncBodies: true}
	found, _ := config.Check(path, o.fset, files, nil)
	return found
}

type others struct{ o *oracle }

func (i others) Import(path string) (*types.Package, error) { return i.o.foreign(path) }

func (s *state) errors() []place {
	found := []place{}
	seen := map[place]bool{}
	for _, c := range s.done {
		if c == nil {
			continue
		}
		for _, one := range c.errors {
			if !seen[one] {
				seen[one] = true
				found = append(found, one)
			}
		}
	}
	sort.Slice(found, func(i, j int) bool {
		return found[i].Path < found[j].Path || found[i].Path == found[j].Path && found[i].Start < found[j].Start
	})
	return found
}

func (s *state) paths() []string {
	found := []string{}
	for _, c := range s.done {
		for path := range c.files {
			found = append(found, path)
		}
	}
	sort.Strings(found)
	return found
}

// ---------------------------------------------------------------- uses

// uses gives every place that names the object declared at an offset of a file, its declaration included.
func (o *oracle) uses(path string, at int) []place {
	found := []place{}
	seen := map[place]bool{}
	for _, c := range o.base.done {
		note := func(id *ast.Ident, object types.Object) {
			if object == nil {
				return
			}
			if v, ok := object.(*types.Var); ok {
				object = v.Origin()
			}
			if f, ok := object.(*types.Func); ok {
				object = f.Origin()
			}
			declared := o.fset.Position(object.Pos())
			if declared.Filename != path || declared.Offset != at {
				return
			}
			used := o.fset.Position(id.Pos())
			one := place{Path: used.Filename, Line: used.Line, Column: used.Column, Start: used.Offset}
			if !seen[one] && id.Name == object.Name() {
				seen[one] = true
				found = append(found, one)
			}
		}
		for id, object := range c.info.Uses {
			note(id, object)
		}
		for id, object := range c.info.Defs {
			note(id, object)
		}
	}
	return found
}

// ---------------------------------------------------------------- candidates

func (o *oracle) candidates() []candidate {
	found := []candidate{}
	paths := []string{}
	files := map[string]*ast.File{}
	for _, c := range o.base.done {
		for path, file := range c.files {
			if !strings.HasSuffix(path, "_test.go") && files[path] == nil {
				paths = append(paths, path)
				files[path] = file
			}
		}
	}
	sort.Strings(paths)
	for _, path := range paths {
		for _, declaration := range files[path].Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				found = append(found, o.function(path, d)...)
			case *ast.GenDecl:
				found = append(found, o.general(path, d)...)
			}
		}
	}
	return found
}

func (o *oracle) offset(at token.Pos) int { return o.fset.Position(at).Offset }

func (o *oracle) function(path string, d *ast.FuncDecl) []candidate {
	if d.Name.Name == "init" || d.Name.Name == "main" || d.Name.Name == "_" || d.Body == nil {
		return nil
	}
	c := candidate{Form: "function", Name: d.Name.Name, Path: path, At: o.offset(d.Name.Pos()), Flags: []string{}}
	start := d.Pos()
	if d.Doc != nil {
		start = d.Doc.Pos()
	}
	c.Whole = [2]int{o.offset(start), o.offset(d.End())}
	c.BodyAt = o.offset(d.Body.Lbrace) + 1
	if d.Recv != nil {
		c.Form = "method"
		c.Owner = receiver(d.Recv.List[0].Type)
	}
	c.Params, c.ParamsSpan = o.params(d.Type)
	if d.Type.TypeParams != nil {
		c.Flags = append(c.Flags, "generic")
	}
	return []candidate{c}
}

func receiver(of ast.Expr) string {
	switch t := of.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.ParenExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// params gives a parameter a row only where each stands by itself: `a, b int` is one of two names.
func (o *oracle) params(t *ast.FuncType) ([]param, [2]int) {
	found := []param{}
	for _, field := range t.Params.List {
		name := ""
		if len(field.Names) > 0 {
			name = field.Names[0].Name
		}
		kind := "positional"
		if _, ok := field.Type.(*ast.Ellipsis); ok {
			kind = "rest"
		}
		if len(field.Names) > 1 {
			kind = "keyword_only"
		}
		found = append(found, param{name, kind, kind != "rest", [2]int{o.offset(field.Pos()), o.offset(field.End())}})
	}
	return found, [2]int{o.offset(t.Params.Opening) + 1, o.offset(t.Params.Closing)}
}

func (o *oracle) general(path string, d *ast.GenDecl) []candidate {
	found := []candidate{}
	implied := false
	for _, spec := range d.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.CONST && len(v.Values) == 0 {
			implied = true
		}
	}
	for _, spec := range d.Specs {
		whole := [2]int{o.offset(spec.Pos()), o.offset(spec.End())}
		if !d.Lparen.IsValid() {
			whole = [2]int{o.offset(d.Pos()), o.offset(d.End())}
		}
		switch s := spec.(type) {
		case *ast.ValueSpec:
			if len(s.Names) == 1 && s.Names[0].Name != "_" && !implied {
				found = append(found, candidate{Form: "constant", Name: s.Names[0].Name, Path: path, Whole: whole,
					At: o.offset(s.Names[0].Pos()), Flags: []string{}})
			}
		case *ast.TypeSpec:
			found = append(found, candidate{Form: "class", Name: s.Name.Name, Path: path, Whole: whole,
				At: o.offset(s.Name.Pos()), Flags: []string{}})
			found = append(found, o.membersOf(path, s)...)
		}
	}
	return found
}

func (o *oracle) membersOf(path string, s *ast.TypeSpec) []candidate {
	found := []candidate{}
	var list []*ast.Field
	form := "attribute"
	flags := []string{}
	switch t := s.Type.(type) {
	case *ast.StructType:
		list = t.Fields.List
	case *ast.InterfaceType:
		list = t.Methods.List
		form = "method"
		flags = []string{"interface"}
	}
	for _, field := range list {
		if len(field.Names) != 1 || field.Names[0].Name == "_" {
			continue
		}
		c := candidate{Form: form, Name: field.Names[0].Name, Path: path, Owner: s.Name.Name,
			Whole: [2]int{o.offset(field.Pos()), o.offset(field.End())}, At: o.offset(field.Names[0].Pos()), Flags: flags}
		if signature, ok := field.Type.(*ast.FuncType); ok && form == "method" {
			c.Params, c.ParamsSpan = o.params(signature)
		}
		found = append(found, c)
	}
	return found
}
