package dev.slipstream;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The cache as a map of its values: reads go to L1, writes through the {@link FencedWrites}, which
 * fences. A function that is given to {@code compute} and its like runs once, inside L1's atomic
 * step; if it gives the instance that is there, nothing was changed.
 */
final class L1MapView<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
  private final L1<K, V> l1;
  private final FencedWrites<K, V> writes;
  private final StatsRecorder stats;
  private final ConcurrentMap<K, CachedValue<V>> entries;

  L1MapView(L1<K, V> l1, FencedWrites<K, V> writes, StatsRecorder stats) {
    this.l1 = l1;
    this.stats = stats;
    this.writes = writes;
    this.entries = l1.map();
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  @Override
  public void clear() {
    writes.clear();
  }

  @Override
  public boolean containsKey(Object key) {
    return entries.containsKey(key);
  }

  @Override
  public boolean containsValue(Object value) {
    return super.containsValue(Objects.requireNonNull(value, "value"));
  }

  @Override
  public @Nullable V get(Object key) {
    CachedValue<V> entry = entries.get(key);
    stats.read(entry != null);
    return valueOf(entry);
  }

  @Override
  public @Nullable V getOrDefault(Object key, @Nullable V defaultValue) {
    V value = get(key);
    return value == null ? defaultValue : value;
  }

  @Override
  public @Nullable V put(K key, V value) {
    return writes.put(requireKey(key), requireValue(value));
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable V remove(Object key) {
    return writes.remove((K) requireKey(key));
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    CachedValue<V> fresh = l1.newEntry(requireValue(value));
    FencedWrites.Change<V> change = new FencedWrites.Change<>();
    write(
        key,
        change,
        () -> {
          change.before = entries.putIfAbsent(key, fresh);
          change.after = fresh;
          return change.before == null;
        });
    return valueOf(change.before);
  }

  @Override
  @SuppressWarnings("unchecked")
  public boolean remove(Object key, @Nullable Object value) {
    Objects.requireNonNull(key, "key");
    return value != null
        && replaceIf((K) key, value, null, current -> entries.remove((K) key, current));
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    Objects.requireNonNull(oldValue, "oldValue");
    CachedValue<V> fresh = l1.newEntry(Objects.requireNonNull(newValue, "newValue"));
    return replaceIf(key, oldValue, fresh, current -> entries.replace(key, current, fresh));
  }

  @Override
  public @Nullable V replace(K key, V value) {
    CachedValue<V> fresh = l1.newEntry(requireValue(value));
    FencedWrites.Change<V> change = new FencedWrites.Change<>();
    write(
        key,
        change,
        () -> {
          change.before = entries.replace(key, fresh);
          change.after = fresh;
          return change.before != null;
        });
    return valueOf(change.before);
  }

  @Override
  public @Nullable V computeIfAbsent(
      K key, Function<? super K, ? extends @Nullable V> mappingFunction) {
    Objects.requireNonNull(mappingFunction, "mappingFunction");
    FencedWrites.Change<V> change = new FencedWrites.Change<>();
    write(
        key,
        change,
        () -> {
          change.after =
              entries.computeIfAbsent(
                  key,
                  k -> {
                    V value = mappingFunction.apply(k);
                    change.changed = value != null;
                    return value == null ? null : l1.newEntry(value);
                  });
          return change.changed;
        });
    return valueOf(change.after);
  }

  @Override
  public @Nullable V computeIfPresent(
      K key, BiFunction<? super K, ? super V, ? extends @Nullable V> remappingFunction) {
    Objects.requireNonNull(remappingFunction, "remappingFunction");
    return compute(key, (k, value) -> value == null ? null : remappingFunction.apply(k, value));
  }

  @Override
  public @Nullable V merge(
      K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> remappingFunction) {
    requireValue(value);
    Objects.requireNonNull(remappingFunction, "remappingFunction");
    return compute(
        key, (k, present) -> present == null ? value : remappingFunction.apply(present, value));
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> remappingFunction) {
    Objects.requireNonNull(remappingFunction, "remappingFunction");
    FencedWrites.Change<V> change = new FencedWrites.Change<>();
    write(
        key,
        change,
        () -> {
          try {
            change.after =
                entries.compute(key, (k, present) -> remap(k, present, remappingFunction, change));
          } catch (Unchanged e) {
            change.after = change.before;
          }
          return change.changed;
        });
    return valueOf(change.after);
  }

  private @Nullable CachedValue<V> remap(
      K key,
      @Nullable CachedValue<V> present,
      BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> remappingFunction,
      FencedWrites.Change<V> change) {
    change.before = present;
    V before = valueOf(present);
    V after = remappingFunction.apply(key, before);
    if (after == before && before != null) {
      throw new Unchanged();
    }
    change.changed = after != before;
    return after == null ? null : l1.newEntry(after);
  }

  @Override
  public Set<K> keySet() {
    return new KeySet();
  }

  @Override
  public Set<Map.Entry<K, V>> entrySet() {
    return new EntrySet();
  }

  private void write(K key, FencedWrites.Change<V> change, BooleanSupplier write) {
    writes.writeIfAny(requireKey(key), change, write);
  }

  /** Takes a step from the key's present entry if its value is the expected one. */
  private boolean replaceIf(
      K key, Object expected, @Nullable CachedValue<V> fresh, Predicate<CachedValue<V>> attempt) {
    FencedWrites.Change<V> change = new FencedWrites.Change<>();
    change.after = fresh;
    write(
        key,
        change,
        () -> {
          CachedValue<V> current = l1.peek(key);
          while (current != null && expected.equals(current.value()) && !change.changed) {
            change.before = current;
            change.changed = attempt.test(current);
            current = l1.peek(key);
          }
          return change.changed;
        });
    return change.changed;
  }

  private static <T> T requireKey(T key) {
    return Objects.requireNonNull(key, "key");
  }

  private static <T> T requireValue(T value) {
    return Objects.requireNonNull(value, "value");
  }

  private static <V> @Nullable V valueOf(@Nullable CachedValue<V> entry) {
    return entry == null ? null : entry.value();
  }

  /**
   * Leaves an atomic step that is to change nothing. To return the entry that is there would be a
   * write of it, which renews its time to live.
   */
  private static final class Unchanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unchanged() {
      super(null, null, false, false);
    }
  }

  private final class KeySet extends AbstractSet<K> {
    @Override
    public int size() {
      return L1MapView.this.size();
    }

    @Override
    public void clear() {
      L1MapView.this.clear();
    }

    @Override
    public boolean contains(Object key) {
      return containsKey(key);
    }

    @Override
    public boolean remove(Object key) {
      return L1MapView.this.remove(key) != null;
    }

    @Override
    public Iterator<K> iterator() {
      Iterator<Map.Entry<K, V>> all = new EntryIterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return all.hasNext();
        }

        @Override
        public K next() {
          return all.next().getKey();
        }

        @Override
        public void remove() {
          all.remove();
        }
      };
    }
  }

  private final class EntrySet extends AbstractSet<Map.Entry<K, V>> {
    @Override
    public int size() {
      return L1MapView.this.size();
    }

    @Override
    public void clear() {
      L1MapView.this.clear();
    }

    @Override
    public boolean contains(Object object) {
      return object instanceof Map.Entry<?, ?> entry
          && entry.getKey() != null
          && Objects.equals(get(entry.getKey()), entry.getValue())
          && entry.getValue() != null;
    }

    @Override
    public boolean remove(Object object) {
      return object instanceof Map.Entry<?, ?> entry
          && entry.getKey() != null
          && L1MapView.this.remove(entry.getKey(), entry.getValue());
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
      return new EntryIterator();
    }
  }

  private final class EntryIterator implements Iterator<Map.Entry<K, V>> {
    private final Iterator<Map.Entry<K, CachedValue<V>>> all = entries.entrySet().iterator();
    private @Nullable K last;

    @Override
    public boolean hasNext() {
      return all.hasNext();
    }

    @Override
    public Map.Entry<K, V> next() {
      Map.Entry<K, CachedValue<V>> next = all.next();
      last = next.getKey();
      return new WriteThroughEntry(next.getKey(), next.getValue().present());
    }

    @Override
    public void remove() {
      K key = last;
      if (key == null) {
        throw new IllegalStateException("remove() was called before next(), or a second time");
      }
      last = null;
      L1MapView.this.remove(key);
    }
  }

  private final class WriteThroughEntry extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1L;

    WriteThroughEntry(K key, V value) {
      super(key, value);
    }

    @Override
    public V setValue(V value) {
      put(getKey(), value);
      return super.setValue(value);
    }
  }
}
