import com.sun.source.tree.*;
import com.sun.source.util.*;
import com.sun.tools.javac.tree.JCTree;
import java.io.*;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.stream.*;
import javax.lang.model.element.*;
import javax.lang.model.util.Elements;
import javax.tools.*;

/**
 * What the Java compiler knows of a folder of sources: the definitions and who uses them, and the errors of a changed
 * state. A question is a line; its answer is one line of JSON.
 *
 *   candidates                      every definition that others can name, with its uses
 *   errors PATH=BASE64 PATH= …      the errors where these files have these texts; without a text the file is left out
 */
public class OracleJava {
  static final List<String> OPTIONS = List.of("-proc:none", "-Xmaxerrs", "100000", "-nowarn", "-implicit:none",
      "-XDshould-stop.ifError=FLOW", "-encoding", "UTF-8");
  static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  static Path root;
  static StandardJavaFileManager files;
  static final Map<String, Text> sources = new TreeMap<>();

  static class Text extends SimpleJavaFileObject {
    final String path, text;
    Text(String path, String text) {
      super(URI.create("mem:///" + path.replace(" ", "%20")), Kind.SOURCE);
      this.path = path;
      this.text = text;
    }
    @Override public CharSequence getCharContent(boolean ignore) { return text; }
    @Override public boolean isNameCompatible(String simple, Kind kind) { return true; }
  }

  public static void main(String[] arguments) throws IOException {
    root = Path.of(arguments[0]);
    files = COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);
    List<File> jars = Arrays.stream(arguments[1].split(File.pathSeparator)).filter(s -> !s.isEmpty()).map(File::new).toList();
    files.setLocation(StandardLocation.CLASS_PATH, jars);
    files.setLocation(StandardLocation.SOURCE_PATH, List.of());
    for (String path : Arrays.asList(arguments).subList(2, arguments.length)) {
      sources.put(path, new Text(path, Files.readString(root.resolve(path))));
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null; ) {
      String[] words = line.split(" ");
      out.println(words[0].equals("candidates") ? candidates() : errors(words));
    }
  }

  /** The compiler wraps what it is given, so the place tells which file it is. */
  static String pathOf(JavaFileObject file) {
    return "mem".equals(file.toUri().getScheme()) ? file.toUri().getPath().substring(1) : null;
  }

  static JavacTask task(Collection<Text> texts, DiagnosticListener<JavaFileObject> listener) {
    return (JavacTask) COMPILER.getTask(new StringWriter(), files, listener, OPTIONS, null, texts);
  }

  static String errors(String[] words) throws IOException {
    Map<String, Text> all = new TreeMap<>(sources);
    for (int i = 1; i < words.length; i++) {
      int at = words[i].indexOf('=');
      String path = words[i].substring(0, at), text = words[i].substring(at + 1);
      if (text.isEmpty()) all.remove(path);
      else all.put(path, new Text(path, new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8)));
    }
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    JavacTask task = task(all.values(), found);
    task.parse();
    for (Element ignored : task.analyze()) { }
    return found.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR && d.getSource() != null && pathOf(d.getSource()) != null)
        .map(d -> "{\"path\":" + quoted(pathOf(d.getSource())) + ",\"line\":" + d.getLineNumber()
            + ",\"column\":" + d.getColumnNumber() + ",\"code\":" + quoted(d.getCode()) + ",\"text\":"
            + quoted(d.getMessage(Locale.ENGLISH)) + "}")
        .collect(Collectors.joining(",", "[", "]"));
  }

  static String candidates() throws IOException {
    JavacTask task = task(sources.values(), d -> { });
    List<CompilationUnitTree> units = new ArrayList<>();
    task.parse().forEach(units::add);
    task.analyze();
    Trees trees = Trees.instance(task);
    Map<Element, Found> found = new LinkedHashMap<>();
    for (CompilationUnitTree unit : units) new Definitions(trees, task.getElements(), unit, found).scan(unit, null);
    for (CompilationUnitTree unit : units) new Uses(trees, unit, found).scan(unit, null);
    for (Found one : found.values()) one.note(found, task);
    return found.values().stream().map(Found::json).collect(Collectors.joining(",", "[", "]"));
  }

  /** A definition. */
  static class Found {
    String form, name, owner, path, packageName;
    Element element;
    Set<String> flags = new TreeSet<>();
    long start, end, nameAt, body = -1;
    long[] params;
    List<String> paramJson = new ArrayList<>();
    List<String> uses = new ArrayList<>();

    void note(Map<Element, Found> all, JavacTask task) {
      if (!(element instanceof ExecutableElement method) || element.getKind() != ElementKind.METHOD) return;
      TypeElement in = (TypeElement) element.getEnclosingElement();
      for (Element other : all.keySet()) {
        if (other == element || !(other instanceof ExecutableElement that) || !other.getSimpleName().equals(element.getSimpleName())) continue;
        TypeElement at = (TypeElement) other.getEnclosingElement();
        if (task.getElements().overrides(method, that, in) || task.getElements().overrides(that, method, at)) flags.add("override");
        else if (in == at) flags.add("overloaded");
      }
      if (element.getAnnotation(Override.class) != null) flags.add("override");
    }

    String json() {
      return "{\"form\":" + quoted(form) + ",\"name\":" + quoted(name) + ",\"owner\":" + quoted(owner) + ",\"package\":"
          + quoted(packageName) + ",\"path\":" + quoted(path) + ",\"start\":" + start + ",\"end\":" + end + ",\"name_at\":"
          + nameAt + ",\"body\":" + body + ",\"params\":" + (params == null ? "null" : "[" + String.join(",", paramJson) + "]")
          + ",\"flags\":" + flags.stream().map(OracleJava::quoted).collect(Collectors.joining(",", "[", "]")) + ",\"uses\":["
          + String.join(",", uses) + "]}";
    }
  }

  /** Finds what others can name. */
  static class Definitions extends TreePathScanner<Void, Void> {
    final Trees trees;
    final Elements elements;
    final CompilationUnitTree unit;
    final SourcePositions positions;
    final Map<Element, Found> found;

    Definitions(Trees trees, Elements elements, CompilationUnitTree unit, Map<Element, Found> found) {
      this.trees = trees;
      this.elements = elements;
      this.unit = unit;
      this.found = found;
      this.positions = trees.getSourcePositions();
    }

    Found note(Tree tree, String form, String name) {
      Element element = trees.getElement(getCurrentPath());
      if (element == null) return null;
      Found one = new Found();
      one.element = element;
      one.form = form;
      one.name = name;
      one.path = pathOf(unit.getSourceFile());
      one.packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
      one.start = positions.getStartPosition(unit, tree);
      one.end = positions.getEndPosition(unit, tree);
      one.nameAt = ((JCTree) tree).pos;
      List<String> owners = new ArrayList<>();
      for (Element at = element.getEnclosingElement(); at instanceof TypeElement; at = at.getEnclosingElement()) owners.add(0, at.getSimpleName().toString());
      one.owner = String.join(".", owners);
      element.getModifiers().forEach(m -> one.flags.add(m.toString()));
      one.flags.add(element.getKind().toString().toLowerCase(Locale.ROOT));
      found.put(element, one);
      return one;
    }

    @Override public Void visitClass(ClassTree tree, Void p) {
      if (tree.getSimpleName().length() == 0) return null;
      note(tree, "class", tree.getSimpleName().toString());
      return super.visitClass(tree, p);
    }

    @Override public Void visitMethod(MethodTree tree, Void p) {
      if (positions.getStartPosition(unit, tree) < 0 || positions.getEndPosition(unit, tree) < 0) return null;
      boolean constructor = tree.getReturnType() == null;
      ClassTree in = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      if (((JCTree) tree).pos == ((JCTree) in).pos) return null;
      Found one = note(tree, constructor ? "constructor" : "method", constructor ? in.getSimpleName().toString() : tree.getName().toString());
      if (one == null) return null;
      if (tree.getBody() != null) one.body = positions.getStartPosition(unit, tree.getBody());
      one.params = new long[0];
      for (VariableTree v : tree.getParameters()) {
        one.paramJson.add("{\"name\":" + quoted(v.getName().toString()) + ",\"type\":" + quoted(String.valueOf(v.getType()))
            + ",\"start\":" + positions.getStartPosition(unit, v) + ",\"end\":" + positions.getEndPosition(unit, v) + "}");
        if (((ExecutableElement) one.element).isVarArgs()) one.flags.add("varargs");
      }
      if (tree.getThrows() != null && tree.getBody() != null) one.flags.add("body");
      return null;
    }

    @Override public Void visitVariable(VariableTree tree, Void p) {
      note(tree, trees.getElement(getCurrentPath()) != null && trees.getElement(getCurrentPath()).getModifiers().contains(Modifier.STATIC)
          ? "constant" : "attribute", tree.getName().toString());
      return null;
    }
  }

  /** Finds who names them. */
  static class Uses extends TreePathScanner<Void, Void> {
    final Trees trees;
    final CompilationUnitTree unit;
    final Map<Element, Found> found;
    final LineMap lines;

    Uses(Trees trees, CompilationUnitTree unit, Map<Element, Found> found) {
      this.trees = trees;
      this.unit = unit;
      this.found = found;
      this.lines = unit.getLineMap();
    }

    void note(Tree tree, Element element, long at, String name) {
      Found one = found.get(element);
      if (one == null || at < 0) return;
      String path = pathOf(unit.getSourceFile());
      String text = sources.get(pathOf(unit.getSourceFile())).text;
      int place = text.indexOf(name, (int) at);
      if (place >= 0) one.uses.add("{\"path\":" + quoted(path) + ",\"at\":" + place + ",\"line\":" + lines.getLineNumber(place) + "}");
    }

    @Override public Void visitIdentifier(IdentifierTree tree, Void p) {
      note(tree, trees.getElement(getCurrentPath()), ((JCTree) tree).pos, tree.getName().toString());
      return super.visitIdentifier(tree, p);
    }

    @Override public Void visitMemberSelect(MemberSelectTree tree, Void p) {
      note(tree, trees.getElement(getCurrentPath()), ((JCTree) tree).pos, tree.getIdentifier().toString());
      return super.visitMemberSelect(tree, p);
    }

    @Override public Void visitMemberReference(MemberReferenceTree tree, Void p) {
      note(tree, trees.getElement(getCurrentPath()), ((JCTree) tree).pos, tree.getName().toString());
      return super.visitMemberReference(tree, p);
    }

    @Override public Void visitNewClass(NewClassTree tree, Void p) {
      Element made = trees.getElement(getCurrentPath());
      note(tree, made, ((JCTree) tree).pos, "new");
      return super.visitNewClass(tree, p);
    }
  }

  static String quoted(String text) {
    if (text == null) return "null";
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 32 || c > 126) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    }
    return out.append('"').toString();
  }
}
