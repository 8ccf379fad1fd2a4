// The app. In Electron this is the main process: `app.isPackaged ? … : process.env.APP_BACKEND` and a window beside it.
import { drive } from "./driver.mjs";
import { Sidecar } from "./sidecar.mjs";

const sidecar = new Sidecar(process.env.APP_BACKEND, process.env.APP_USER_DATA);
if (process.argv.includes("--driver")) {
  drive(sidecar, { client: "desktop-app", version: "1.0.0" });
} else {
  console.error(await sidecar.start());
}
