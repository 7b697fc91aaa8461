declare module 'fs-native-extensions' {
  const native: {
    tryLock(fd: number, options?: { shared?: boolean }): boolean;
    unlock(fd: number): void;
  };
  export default native;
}
