return await Tandem.Cli.TandemCommand.RunAsync(args, Console.In, Console.Out, Console.Error);
